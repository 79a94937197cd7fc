"""Rules that give a line of a spreadsheet its part class: each on its own example, all on lists of real parts."""

from __future__ import annotations

import re._constants as constants
import re._parser as parser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import supplychain as sc
from supplychain.formats.spreadsheets.classes import UNCLASSIFIED, Rule, load_rules, match_class, match_classes
from supplychain.formats.spreadsheets.values import Item, ItemSource

RULES = load_rules()
PARTS = sc.load("uav").parts
FIELDS = {"category", "description", "name", "part_number", "footprint", "designator", "manufacturer", "text", "any"}


def item_of(field: str, text: str) -> Item:
    """Return a line that says nothing but this text, in this field."""
    if field in ("name", "text", "any"):
        return Item(row=1, name=text)
    if field == "part_number":
        return Item(row=1, name="x", sources=(ItemSource(part_number=text),))
    if field == "manufacturer":
        return Item(row=1, name="x", sources=(ItemSource(manufacturer=text),))
    if field == "designator":
        return Item(row=1, name="x", designators=(text,))
    return Item(row=1, name="x", **{field: text})


def named(name: str, **more: Any) -> str:
    """Return the class of a line of that name; unclassified is the empty text."""
    return match_class(Item(row=1, name=name, **more), RULES).part_class


# ---- the file of rules


def test_the_file_of_rules_is_whole() -> None:
    assert len({rule.rule_id for rule in RULES}) == len(RULES) > 150
    assert {rule.part_class for rule in RULES} <= set(PARTS["part_id"]) | {UNCLASSIFIED}
    assert {rule.field for rule in RULES} <= FIELDS
    assert {rule.confidence for rule in RULES} == {"high", "medium", "low"}
    assert all(rule.note and rule.example and rule.counterexample for rule in RULES)
    assert [rule.rank for rule in RULES] == sorted(rule.rank for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_a_rule_matches_its_example_and_not_its_counterexample(rule: Rule) -> None:
    assert match_class(item_of(rule.field, rule.example), [rule]).rule_id == rule.rule_id
    assert match_class(item_of(rule.field, rule.counterexample), [rule]).rule_id == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_the_example_has_its_class_among_all_rules_and_the_counterexample_another(rule: Rule) -> None:
    wanted = "" if rule.part_class == UNCLASSIFIED else rule.part_class
    match = match_class(item_of(rule.field, rule.example), RULES)
    assert (match.part_class, bool(match.rule_id)) == (wanted, True)
    counter = match_class(item_of(rule.field, rule.counterexample), RULES)
    assert counter.rule_id != rule.rule_id


def unbounded(pattern: Any, *, inside: bool = False) -> int:
    """Return the number of repeats without end, or fail if one stands inside another."""
    count = 0
    for operation, argument in pattern:
        children, within = [], inside
        if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            low, high, body = argument
            children = [body]
            if high == constants.MAXREPEAT:
                assert not inside, "a repeat without end inside a repeat"
                count += 1
            within = inside or high > max(low, 1)
        elif operation is constants.SUBPATTERN:
            children = [argument[3]]
        elif operation is constants.BRANCH:
            children = argument[1]
        elif operation in (constants.ASSERT, constants.ASSERT_NOT):
            children = [argument[1]]
        count += sum(unbounded(child, inside=within) for child in children)
    return count


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_patterns_cannot_run_away(rule: Rule) -> None:
    for pattern in filter(None, (rule.pattern, rule.unless)):
        assert unbounded(parser.parse(pattern.pattern, pattern.flags)) < 20


@pytest.mark.parametrize("pattern", ["(a+)+", "(?:ab*)*", "(a|b+){2,9}c"])
def test_a_pattern_that_can_run_away_is_found(pattern: str) -> None:
    with pytest.raises(AssertionError, match="inside a repeat"):
        unbounded(parser.parse(pattern))


@pytest.mark.parametrize("unit", ["a", "1", " ", "esc 1", "0402 ", "motor ", "1x1", "馬達", "prop 5 ", "a-", "kv1 "])
def test_long_texts_are_cut(unit: str) -> None:
    long = unit * 20_000
    assert match_class(Item(row=1, name=long or "x", description=long, category=long), RULES) == match_class(
        Item(row=1, name=long[:500], description=long[:500], category=long[:500]), RULES
    )


# ---- things that are no part of the class that their words name


@pytest.mark.parametrize(
    "name",
    [
        "Motor driver IC",
        "Camera cable",
        "Camera cable 30 cm",
        "Propeller guard",
        "Propeller guards (4 pcs)",
        "Antenna adapter",
        "SMA antenna extension cable",
        "ESC programming card",
        "Battery strap",
        "Battery straps 20x250mm",
        "Battery charger 6S",
        "LiPo checker",
        "Motor mount screw",
        "M3x8 motor screws",
        "Propeller nut M5",
        "GPS antenna cable",
        "Receiver battery NiMH 6V 2000mAh",
        "Flight controller case",
        "Servo extension lead",
        "Lens cap for FPV camera",
        "Carbon fibre tube 16x14",
        "Gas engine 55 cc",
        "Stepper motor NEMA 17",
        "90mm EDF 12-blade",
        "USB hub",
        "Heat shrink tube",
        "Zip ties",
        "Soldering iron",
        "XT60 to XT90 adapter",
        "FPV goggles",
        "Fuse 30A",
        "電池綁帶",
        "螺旋槳保護罩",
        "馬達螺絲 M3",
        "充電器",
        "電調調參卡",
    ],
)
def test_what_goes_with_a_part_is_not_the_part(name: str) -> None:
    assert named(name) == ""
    assert named(name, category="Motors, batteries and cameras") == ""


@pytest.mark.parametrize(
    ("name", "part_class"),
    [
        ("GPS mount", "mounting_hardware"),
        ("Battery connector", "connector_power"),
        ("XT60 connector", "connector_power"),
        ("GPS antenna", "antenna"),
        ("Flight controller MCU", "flight_control_chip"),
        ("GNSS chip", "gnss_chip"),
        ("MOSFET gate driver", "gate_driver"),
        ("Gimbal motor", "gimbal_motor"),
        ("Betaflight", "flight_control_software"),
        ("Ground station software", "ground_control_software"),
        ("ESC firmware", "esc_firmware"),
        ("MOSFET, N-channel", "power_mosfet"),
    ],
)
def test_what_goes_with_a_part_may_be_a_class_of_its_own(name: str, part_class: str) -> None:
    assert named(name) == part_class


def test_a_bundle_is_not_one_class() -> None:
    match = match_class(Item(row=1, name="FPV starter kit: frame, motors, ESC"), RULES)
    assert match.part_class == ""
    assert "a bundle holds several parts" in match.why
    assert named("Holybro X500 V2 kit") == ""
    assert named("Holybro X650 Almost-ready-to-fly Kit") == "x650_arf_kit"


# ---- lists as people type them

HAND_MADE = [
    ("T-Motor F60 Pro V 2207.5 KV1950", "motor_fpv_5in"),
    ("EMAX ECO II 2306 1900KV", "motor_fpv_5in"),
    ("BrotherHobby Avenger 2806.5 1300KV", "motor_fpv_7in"),
    ("Brushless motor 3115 900KV", "motor_fpv_7in"),
    ("1404 3850KV motor", "motor_fpv_micro"),
    ("T-Motor MN5008 KV340", "motor_multirotor_mid"),
    ("T-Motor Antigravity MN6007 KV320", "motor_multirotor_heavy"),
    ("T-Motor U8II KV100", "motor_multirotor_heavy"),
    ("KDE Direct KDE7208XF-135 motor", "motor_multirotor_heavy"),
    ("2212 920KV brushless motor", "brushless_motor"),
    ("Motors", "brushless_motor"),
    ("無刷馬達", "brushless_motor"),
    ("2207 1750KV 無刷馬達", "motor_fpv_5in"),
    ("SpeedyBee BLS 50A 4-in-1 ESC", "esc_4in1"),
    ("四合一電調 55A", "esc_4in1"),
    ("XRotor Pro 40A ESC", "esc_single"),
    ("電變 40A", "esc_single"),
    ("T-Motor Flame 200A 14S ESC", "esc_heavy"),
    ("Tattu R-Line 1550mAh 4S 100C", "battery_pack_fpv_6s"),
    ("LiPo 6S 1300 mAh", "battery_pack_fpv_6s"),
    ("Tattu 6S 8000mAh", "battery_pack_6s_large"),
    ("Tattu 6S 22 Ah LiPo", "battery_pack_6s_large"),
    ("Tattu Pro 12S 22000mAh", "battery_pack_12s_smart"),
    ("Li-ion 6S2P 21700 pack 8400mAh", "battery_pack_li_ion_6s"),
    ("Semi-solid 14S 30000mAh battery pack", "battery_pack"),
    ("LiPo battery", "battery_pack"),
    ("鋰電池 6S 16000mAh", "battery_pack_6s_large"),
    ("Molicel P45B 21700 cell", "cell_21700"),
    ("NCR18650GA", "cell_18650"),
    ("Pixhawk 6C", "flight_controller"),
    ("Cube Orange+", "flight_controller"),
    ("Matek F405-SE", "flight_controller"),
    ("Matek H743-SLIM V3", "flight_controller"),
    ("SpeedyBee F7 V3 flight controller", "flight_controller"),
    ("飛控", "flight_controller"),
    ("飛控晶片", "flight_control_chip"),
    ("STM32H743VIT6", "flight_control_chip"),
    ("STM32F405RGT6", "flight_control_chip"),
    ("AT32F421G8U7", "esc_mcu"),
    ("STM32G071GBU6", "esc_mcu"),
    ("EFM8BB21F16G-C-QFN20", "esc_mcu"),
    ("ESP32-PICO-D4", "rc_link_mcu"),
    ("ESP8285", "rc_link_mcu"),
    ("u-blox M10 GPS module", "gnss_module"),
    ("Here3+ GNSS", "gnss_module"),
    ("BN-880 GPS", "gnss_module"),
    ("ZED-F9P-04B", "gnss_chip"),
    ("NEO-M9N-00B", "gnss_chip"),
    ("ICM-20602", "imu"),
    ("ICM-42688-P", "imu"),
    ("BMI088", "imu"),
    ("MPU-6000", "imu"),
    ("LSM6DSV16X", "imu"),
    ("BMP388", "barometer"),
    ("DPS310XTSA1", "barometer"),
    ("MS5611-01BA03", "barometer"),
    ("IST8310", "magnetometer"),
    ("QMC5883L", "magnetometer"),
    ("RM3100", "magnetometer"),
    ("Doodle Labs RM-2450-2J-XM", "data_link_radio"),
    ("Microhard pMDDL2450", "data_link_radio"),
    ("Silvus SC4200EP", "data_link_radio"),
    ("RFD900x", "telemetry_radio"),
    ("SiK telemetry radio V3 915 MHz", "telemetry_radio"),
    ("ELRS receiver 2.4 GHz", "rc_receiver"),
    ("BetaFPV ELRS Nano RX", "rc_receiver"),
    ("TBS Crossfire Nano RX", "rc_receiver"),
    ("RadioMaster TX16S", "rc_transmitter"),
    ("遙控器", "rc_transmitter"),
    ("TBS Unify Pro32 VTX", "video_transmitter"),
    ("DJI O3 Air Unit", "video_transmitter"),
    ("圖傳", "video_transmitter"),
    ("RunCam Phoenix 2 FPV camera", "fpv_camera"),
    ("FLIR Boson 640", "thermal_core"),
    ("FLIR Lepton 3.5", "thermal_core"),
    ("EO/IR gimbal", "thermal_payload"),
    ("Gremsy T3 gimbal", "gimbal_payload"),
    ("雲台", "gimbal_payload"),
    ("Livox Mid-360", "lidar_scanner"),
    ("Benewake TF-Luna", "laser_rangefinder"),
    ("雷射測距儀", "laser_rangefinder"),
    ("Optical flow sensor PX4Flow", "optical_flow_module"),
    ("PMW3901MB-TXQT", "optical_flow_sensor"),
    ("VL53L1X", "tof_sensor"),
    ("NVIDIA Jetson Orin Nano 8GB", "companion_computer"),
    ("Raspberry Pi CM4", "companion_computer"),
    ("Raspberry Pi 5", "companion_computer"),
    ("Hailo-8", "ai_accelerator"),
    ("iCE40UP5K", "fpga"),
    ("W25Q128JVSIQ", "nor_flash"),
    ("microSD card 64GB", "nand_flash"),
    ("TJA1051TK/3", "can_transceiver"),
    ("MAX7456", "osd_chip"),
    ("XT60H-M", "connector_power"),
    ("XT90-S", "connector_power"),
    ("JST-GH connector 6 pin", "connector_signal"),
    ("SM06B-GHS-TB", "connector_signal"),
    ("GRM155R71C104KA88D", "passives_mlcc"),
    ("CL05A104KA5NNNC", "passives_mlcc"),
    ("積層陶瓷電容 0402", "passives_mlcc"),
    ("AP2112K-3.3", "voltage_regulator"),
    ("TPS54331 buck regulator", "voltage_regulator"),
    ("FD6288Q", "gate_driver"),
    ("PESD1CAN", "discrete_protection"),
    ("Gemfan 51466 Hurricane", "propeller_plastic"),
    ("HQProp 5x4.3x3", "propeller_plastic"),
    ("Propellers (4 pcs)", "propeller_plastic"),
    ("15 inch carbon propellers", "propeller_carbon"),
    ("碳纖螺旋槳 18 吋", "propeller_carbon"),
    ("5 inch FPV frame", "frame_fpv"),
    ("碳纖維機架", "frame_fpv"),
    ("機體", "airframe"),
    ("Quadcopter frame", "airframe"),
    ("PCB, 4 layers", "pcb_bare"),
    ("Power distribution board", "power_module"),
    ("UBEC 5V 5A", "power_module"),
    ("Holybro PM02D power module", "power_module"),
    ("Patch antenna 5.8 GHz", "antenna"),
    ("天線", "antenna"),
    ("MG90S servo", "servo_actuator"),
    ("舵機", "servo_actuator"),
    ("Ball bearing MR115ZZ", "bearing"),
    ("NdFeB arc magnet N52H", "ndfeb_magnet"),
    ("Quectel EC25-E", "lte_module"),
    ("4G LTE modem", "lte_module"),
    ("ArduPilot", "flight_control_software"),
    ("QGroundControl", "ground_control_software"),
    ("BLHeli_32 licence", "esc_firmware"),
    ("Herelink ground station", "ground_control_station"),
]


@pytest.mark.parametrize(("name", "part_class"), HAND_MADE)
def test_names_as_people_type_them(name: str, part_class: str) -> None:
    assert named(name) == part_class


@given(st.sampled_from(HAND_MADE), st.sampled_from(["upper", "lower", "wide", "blanks", "underscores"]))
def test_case_width_and_blanks_do_not_matter(pair: tuple[str, str], change: str) -> None:
    name, part_class = pair
    changed = {
        "upper": name.upper(),
        "lower": name.lower(),
        "wide": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
        "blanks": f"  {name.replace(' ', '   ')} ",
        "underscores": name.replace(" ", "_"),
    }[change]
    assert named(changed) == part_class


# ---- how a class is decided


def test_a_category_that_names_the_class_wins() -> None:
    for category in ("servo_actuator", "Servo actuator", "SERVO  ACTUATOR", "伺服機"):
        match = match_class(Item(row=1, name="2207 1750KV", category=category), RULES, parts=PARTS)
        assert (match.part_class, match.rule_id, match.confidence) == ("servo_actuator", "named", "high")
        assert match.why.startswith("the category is “")
    assert match_class(Item(row=1, name="2207 1750KV", category="Bauxite"), RULES).part_class == "motor_fpv_5in"


def test_an_id_in_the_category_decides_even_about_an_accessory_but_a_mere_word_does_not() -> None:
    by_id = match_class(Item(row=1, name="Antenna adapter", category="rf_front_end"), RULES, parts=PARTS)
    assert by_id.part_class == "rf_front_end"
    by_word = match_class(Item(row=1, name="Antenna adapter", category="Antenna"), RULES, parts=PARTS)
    assert (by_word.part_class, by_word.rule_id) == ("", "accessory")


def test_a_product_is_no_class() -> None:
    match = match_class(Item(row=1, name="x", category="fpv_allied"), RULES, parts=PARTS)
    assert (match.part_class, match.rule_id) == ("", "")


def test_two_rules_of_one_rank_that_disagree_leave_the_line_unclassified() -> None:
    match = match_class(Item(row=1, name="Sensors", description="ICM-20602, BMP388"), RULES)
    assert (match.part_class, match.rule_id, match.confidence) == ("", "", "")
    assert "imu_chip" in match.why
    assert "baro_chip" in match.why


def test_nothing_known_is_said() -> None:
    match = match_class(Item(row=1, name="Widget 7"), RULES)
    assert (match.part_class, match.rule_id, match.confidence) == ("", "", "")
    assert match.why == "no rule matches"


def test_a_category_may_be_a_path() -> None:
    assert named("X-1", category="Electronics/Sensors/IMU") == "imu"
    assert named("X-1", category="Mechanics > Propellers") == "propeller_plastic"
    assert named("X-1", category="Sensors/Cables") == ""


def test_places_on_a_board_tell_what_numbers_do_not() -> None:
    assert named("100nF", value="100nF", designators=("C1", "C2")) == "passives_mlcc"
    assert named("10k", value="10k", designators=("R1",)) == ""
    assert named("100nF", footprint="Capacitor_SMD:C_0402_1005Metric") == "passives_mlcc"
    assert named("470uF", footprint="Capacitor_SMD:CP_Elec_10x10") == ""
    assert named("Conn_01x04", description="Generic connector, single row, 01x04") == "connector_signal"
    assert named("Q_NMOS_GSD", description="N-MOSFET transistor, gate/source/drain") == "power_mosfet"


def test_a_part_without_class_is_known_as_such() -> None:
    match = match_class(Item(row=1, name="R1", description="RES 10K OHM 1% 0402"), RULES)
    assert (match.part_class, match.rule_id) == ("", "resistor")
    assert match.why == "“RES”: resistors have no class"


def test_an_unused_column_may_say_what_kind_of_thing_a_line_is() -> None:
    assert named("80A HV", extra={"Technology": "ESC_BLDC"}) == "esc_single"
    assert named("80A HV", extra={"Compatible with": "ESC_BLDC"}) == ""


def test_several_makers_numbers_are_all_looked_at() -> None:
    sources = (ItemSource(part_number="X-1"), ItemSource(part_number="BMI088"))
    assert match_class(Item(row=1, name="U4", sources=sources), RULES).part_class == "imu"
    assert match_class(Item(row=1, name="U4", value="STM32H743VIT6"), RULES).part_class == "flight_control_chip"


def test_many_lines_are_matched_as_each_alone() -> None:
    items = [Item(row=row, name=name) for row, (name, _) in enumerate(HAND_MADE * 2, start=1)]
    assert match_classes(items, RULES, parts=PARTS) == tuple(match_class(item, RULES, parts=PARTS) for item in items)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=30))
def test_any_text_gets_an_answer(name: str, description: str, category: str) -> None:
    match = match_class(Item(row=1, name=name, description=description, category=category), RULES, parts=PARTS)
    assert match.part_class == "" or match.rule_id
    assert match.why
