"""Makers, sellers and countries of a line."""

from __future__ import annotations

from small_tables import kinds, makers, prices, read, rows_said, said


def test_numbered_makers():
    items, _, problems = read(
        "name quantity maker1 mpn1 maker2 mpn2 maker3",
        ("A", "1", "Murata", "GRM", "Yageo", "CC", ""),
        ("B", "1", "TDK", "C1", "", "", ""),
        ("C", "1", "", "", "", "", ""),
    )
    assert [[(each.manufacturer, each.part_number) for each in item.sources] for item in items] == [
        [("Murata", "GRM"), ("Yageo", "CC")],
        [("TDK", "C1")],
        [("", "")],
    ]
    assert problems == ()


def test_several_makers_in_one_cell():
    items, _, problems = read(
        "name quantity maker mpn",
        ("A", "1", "Murata / TDK", "GRM / C1005"),
        ("B", "1", "Murata; TDK", "GRM"),
        ("C", "1", "Murata / TDK", ""),
        ("D", "1", "Murata", "GRM1; GRM2"),
    )
    assert makers(items) == [
        [("Murata", "GRM"), ("TDK", "C1005")],
        [("Murata", "GRM"), ("TDK", "")],
        [("Murata", ""), ("TDK", "")],
        [("Murata", "GRM1"), ("Murata", "GRM2")],
    ]
    assert rows_said(problems, "alternatives") == 4
    assert said(problems, "which part number belongs to which", 3)


def test_two_names_of_one_part_are_one_maker():
    items, _, problems = read("name quantity maker mpn", ("Fuse", "1", "TE Connectivity / Raychem", "MICROSMD035F"))
    assert makers(items) == [[("TE Connectivity / Raychem", "MICROSMD035F")]]
    assert said(problems, "taken as one maker", 2)


def test_names_in_brackets_are_not_cut():
    items, _, problems = read("name quantity maker mpn", ("A", "1", "Cloud Cap (RTX / Collins)", "VNIR (current; new)"))
    assert makers(items) == [[("Cloud Cap (RTX / Collins)", "VNIR (current; new)")]]
    assert problems == ()


def test_a_slash_without_blanks_is_part_of_a_name():
    items, _, problems = read("name quantity maker", ("A", "1", "Hex/ProfiCNC"))
    assert [each.manufacturer for each in items[0].sources] == ["Hex/ProfiCNC"]
    assert problems == ()


def test_rows_that_only_name_another_maker():
    items, left, problems = read(
        "name quantity maker mpn price:USD",
        ("Cap", "4", "Murata", "GRM", "0.5"),
        ("", "", "Yageo", "CC", "0.4"),
        ("B", "1"),
    )
    assert [item.row for item in items] == [2, 4]
    assert [(each.manufacturer, each.price.amount) for each in items[0].sources] == [("Murata", 0.5), ("Yageo", 0.4)]
    assert kinds(left) == {}
    assert said(problems, "another maker of row 2", 3)


def test_makers_only_below_the_line():
    items, _, _ = read(
        "name quantity maker mpn", ("Cap", "4", "", ""), ("", "", "Murata", "GRM"), ("", "", "Yageo", "CC")
    )
    assert [each.manufacturer for each in items[0].sources] == ["Murata", "Yageo"]


def test_cells_merged_downwards():
    items, left, problems = read(
        "category name quantity maker price:USD",
        ("Passives", "Cap", "4", "Murata", "0.5"),
        ("", "", "", "Yageo", "0.6"),
        ("", "Res", "2", "Yageo", "0.1"),
        merged=[(1, 0, 3, 0), (1, 1, 2, 1), (1, 2, 2, 2)],
    )
    assert [(item.name, item.category, len(item.sources)) for item in items] == [
        ("Cap", "Passives", 2),
        ("Res", "Passives", 1),
    ]
    assert [row.row for row in left] == [1]
    assert said(problems, "another maker of row 2, as the cells", 3)


def test_a_maker_merged_over_lines_holds_for_all():
    items, _, _ = read("name quantity maker", ("A", "1", "T-Motor"), ("B", "2", ""), merged=[(1, 2, 2, 2)])
    assert [item.sources[0].manufacturer for item in items] == ["T-Motor", "T-Motor"]


def test_a_price_merged_over_lines_is_read_once_and_said():
    items, _, problems = read("name quantity price:USD", ("A", "1", "10"), ("B", "2", ""), merged=[(1, 2, 2, 2)])
    assert prices(items) == [(10.0, "USD"), None]
    assert said(problems, "merged with row 2", 3)


def test_a_line_repeated_for_each_approved_maker():
    items, _, problems = read(
        "item part_id name quantity maker mpn",
        ("1", "C-1", "Cap", "4", "Murata", "GRM"),
        ("1", "C-1", "Cap", "4", "Yageo", "CC"),
        ("2", "C-1", "Cap", "2", "Murata", "GRM"),
    )
    assert [(item.row, len(item.sources)) for item in items] == [(2, 2), (4, 1)]
    assert said(problems, "repeated with another maker", 3)


def test_sellers_are_no_makers():
    items, _, _ = read(
        "name quantity maker supplier supplier_part_number supplier2",
        ("A", "1", "Murata", "Mouser", "81-X", "Digi-Key"),
    )
    (source,) = items[0].sources
    assert (source.manufacturer, source.seller, source.seller_part_number) == ("Murata", "Mouser", "81-X")
    assert items[0].extra == {"supplier2": "Digi-Key"}


def test_four_countries_are_four_facts():
    items, _, problems = read(
        "name quantity origin design_country headquarters_country shipping_country owner_country",
        ("A", "1", "臺灣", "USA", "CH", "Hong Kong", "Japan"),
    )
    (source,) = items[0].sources
    assert source.country_of_origin == "TWN"
    assert source.design_country == "USA"
    assert source.headquarters_country == "CHE"
    assert source.shipping_country == "HKG"
    assert source.owner_country == "JPN"
    assert problems == ()


def test_no_country_and_several():
    items, _, problems = read(
        "name quantity origin",
        ("A", "1", "Atlantis"),
        ("B", "1", "China/Taiwan"),
        ("D", "1", "中國＋台灣"),
        ("C", "1", "Taiwan, Province of China"),
    )
    assert [item.sources[0].country_of_origin for item in items] == ["", "", "", "TWN"]
    assert items[0].extra["origin"] == "Atlantis"
    assert items[1].extra["origin"] == "China/Taiwan"
    assert said(problems, "Atlantis.*no country", 2)
    assert said(problems, "several countries: CHN, TWN; which", 3)
