"""Questions about missing facts, in plain words, in English and Traditional Chinese."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from supplychain.evidence import Question
from supplychain.measures.names import Rows

__all__ = ["question_texts"]

_HOLDER = "If another firm holds {share} or more of it, name that firm and the country of its head office too."
_HOLDER_ZH = "若有其他公司持有其 {share} 以上的股權，請一併填寫該公司名稱及其總部所在地。"
_MAKER = "Name the firm that makes it, and the country of its head office."
_MAKER_ZH = "請填寫製造公司的名稱及其總部所在國家或地區。"

_TEXTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("origin", "made"): (
        "In which country is your {part} made?",
        "貴公司的「{part_zh}」在哪個國家或地區製造？",
    ),
    ("origin", "designed"): (
        "In which country is your {part} designed?",
        "貴公司的「{part_zh}」在哪個國家或地區設計？",
    ),
    ("origin", "nobody"): (
        "{part}: in which country is it made? We do not know its maker.",
        "製造商不明的「{part_zh}」在哪個國家或地區製造？",
    ),
    ("owner", "headquartered"): (
        f"In which country is the head office of {{firm}}? {_HOLDER}",
        f"{{firm_zh}} 的總部設在哪個國家或地區？{_HOLDER_ZH}",
    ),
    ("owner", "owned"): (
        "In which country is the head office of {firm}, which holds shares in your firm?",
        "持有貴公司股權的 {firm_zh}，其總部設在哪個國家或地區？",
    ),
    ("upstream_source", ""): (
        f"In which country is the {{input}} made that goes into your {{part}}? {_MAKER}",
        f"貴公司的「{{part_zh}}」所用的「{{input_zh}}」在哪個國家或地區製造？{_MAKER_ZH}",
    ),
    ("upstream_source", "nobody"): (
        f"In which country is the {{input}} made that you buy for the {{part}}? {_MAKER}",
        f"採購用於「{{part_zh}}」的「{{input_zh}}」在哪個國家或地區製造？{_MAKER_ZH}",
    ),
    ("origin", "designed by nobody"): (
        "In which country is {part} designed? Its maker is not named.",
        "未列出製造商的「{part_zh}」在哪個國家或地區設計？",
    ),
    ("owner", "nobody"): (
        "In which country is the head office of {firm}?",
        "{firm_zh} 的總部設在哪個國家或地區？",
    ),
    ("maker", "unnamed"): (
        "Who makes {part}, and in which country is it made? Its seller may know. Name the maker's head office too.",
        "「{part_zh}」由哪家公司製造？在哪個國家或地區製造？（可詢問賣方）另請填寫製造公司總部所在國家或地區。",
    ),
    ("maker", "choice"): (
        "From which of these makers do you buy {input}: {makers}? Answer with its name.",
        "「{input_zh}」是向下列哪一家製造商採購：{makers_zh}？請填寫其名稱。",
    ),
    ("capacity", ""): (
        "How much of {part} can your firm make in a year? Count in: {unit}.",
        "貴公司每年可生產多少「{part_zh}」？計算單位：{unit}。",
    ),
    ("lead_time", ""): (
        "How many days pass from an order of {part} to its delivery?",
        "「{part_zh}」從下單到交貨需要多少天？",
    ),
}


def question_texts(
    question: Question,
    parts: Rows,
    suppliers: Rows,
    *,
    min_ownership: float,
    unnamed: Collection[str] = (),
    makers: Sequence[str] = (),
) -> tuple[str, str]:
    """Return a question in English and in Traditional Chinese.

    It names only what the firm asked knows: its product, its inputs, its owner. `unnamed` are the suppliers that stand
    for makers who are not named, `makers` those among whom one is meant.
    """
    key = (question.fact, question.basis)
    if not question.supplier_id and question.fact in {"origin", "upstream_source"}:
        key = (question.fact, "nobody")
    if question.supplier_id in unnamed:
        key = (question.fact, {"origin": "designed by nobody", "owner": "nobody"}.get(question.fact, question.basis))
    listed = [_names(suppliers, maker) for maker in makers]
    part, part_zh = _names(parts, question.part_id)
    inner, inner_zh = _names(parts, question.input_id)
    firm, firm_zh = _names(suppliers, question.firm_id)
    unit = str(parts[question.part_id]["unit"]) if question.part_id in parts else ""
    words = {
        "part": part,
        "part_zh": part_zh,
        "input": inner,
        "input_zh": inner_zh,
        "firm": firm,
        "firm_zh": firm_zh,
        "unit": unit or "piece",
        "makers": ", ".join(english for english, _ in listed),
        "makers_zh": "、".join(chinese for _, chinese in listed),
        "share": f"{min_ownership:.0%}",
    }
    english, chinese = _TEXTS[key]
    return english.format_map(words), chinese.format_map(words)


def _names(rows: Rows, key: str) -> tuple[str, str]:
    row = rows.get(key)
    if row is None:
        return key, key
    english = str(row["name"] or key)
    return english, str(row["name_zh"] or english)
