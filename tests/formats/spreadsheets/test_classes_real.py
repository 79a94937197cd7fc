"""Rules that give lines their part class, on lists of real parts, each line looked up by hand."""

from __future__ import annotations

import pytest

import supplychain as sc
from supplychain.formats.spreadsheets.classes import load_rules, match_class, match_classes
from supplychain.formats.spreadsheets.values import Item, ItemSource

RULES = load_rules()
PARTS = sc.load("uav").parts


# ---- the bill of an autopilot board (PX4 FMUv3, by its public part numbers and descriptions)

AUTOPILOT = [
    ("CAP CER 0.1UF 16V Y5V 0402", "CC0402ZRY5V7BB104", "passives_mlcc"),
    ("", "GRM21BR60G107ME15L", "passives_mlcc"),
    ("DIODE SCHOTTKY 30V 0.03A SOD323", "RB751V40T1G", "discrete_protection"),
    ("TVS DIODE 14VWM 40VC 0402", "PESD0402-140", "discrete_protection"),
    ("DIODE SCHOTTKY 20V 500MA TO236AB", "PMEG2005CT,215", "discrete_protection"),
    ("PTC RESTTBLE 0.35A 16V CHIP 1206", "0ZCA0035FF2G", ""),
    ("MICRO USB B, BOTTOM MOUNT", "0473460001", "connector_signal"),
    ("FILTER CAP 0.1UF 2A 25V 0603", "KNH16C104DA5TS", ""),
    ("LED GREEN ROUND CLEAR SMD", "APTD1608CGCK", ""),
    ("LED 1.6X0.8 DOME ORN CLEAR SMD", "APTD1608SECK/J4-PF", ""),
    ("TRANSISTOR SWITCHING PNP SOT-23", "MMBT 3906 LT1", "discrete_protection"),
    ("MOSFET N-CH 100V 170MA SOT23-3", "BSS123-7-F", "power_mosfet"),
    ("RES 220 OHM 1/16W 1% 0402 SMD", "RC0402FR-07220RL", ""),
    ("Thick Film Resistors - SMD 0402 68ohms 5% Tol", "ERJ-2GEJ680X", ""),
    ("RES ARRAY 100K OHM 8 RES 1506", "EXB-2HV104JV", ""),
    ("REV 3 Silicon or later IC MCU ARM 2MB FLASH 100LQFP", "STM32F427VIT6", "flight_control_chip"),
    ("IC FRAM 128KBIT 40MHZ 8SOIC", "FM25V01-G", ""),
    ("IC FILTER USB ESD PROTECT SOT363", "NUF2042XV6T1G", "discrete_protection"),
    ("CONN MICRO SD CARD PUSH-PUSH R/A", "2908-05WB-MG", "connector_signal"),
    ("IC XLATR VOLT-LVL 8B BDIR 20QFN", "TXS0108ERGYR", ""),
    ("IC TXRX CAN 1MBPS SOT23-8", "MAX3051EKA+T", "can_transceiver"),
    ("GYRO/ACCELEROMETER 6AXIS 24QFN", "MPU-6000", "imu"),
    ("IC COMPASS 3 AXIS 16-LCC", "HMC5983-TR", "magnetometer"),
    ("Board Mount Pressure Sensors", "MS561101BA03-50", "barometer"),
    ("IC REG LDO 3.3V 0.3A 8TMLF", "MIC5332-SSYMT TR", "voltage_regulator"),
    ("MCU 32BIT ARM 64K FLASH 48LQFP", "STM32F100C8T6B", "flight_control_chip"),
    ("IC INVERTER DUAL 4-INPUT 8TSSOP", "74LVC2G240DP,125", ""),
    ("IC LI+ CHARGER FRONT END 8-SON", "BQ24313DSGT", ""),
    ("CONN RCPT 20POS 0.4MM SMD GOLD", "DF40C(2.0)-20DS-0.4V(51)", "connector_signal"),
    ("CONN RECEPT 80POS .5MM SMD W/FIT", "DF17(3.0H)-80DS-0.5V(57)", "connector_signal"),
    ("CRYSTAL 24MHZ 8PF SMD", "NX3225SA-24.000MHZ-STD-CSR-1", ""),
]


@pytest.mark.parametrize(("description", "number", "part_class"), AUTOPILOT)
def test_lines_of_an_autopilot_board(description: str, number: str, part_class: str) -> None:
    sources = (ItemSource(part_number=number),)
    by_number = Item(row=1, name=number, description=description, sources=sources)
    by_description = Item(row=1, name=description or number, description=description, sources=sources)
    for item in (by_number, by_description):
        match = match_class(item, RULES, parts=PARTS)
        assert match.part_class == part_class
        assert match.rule_id, "a part without class is known, not missed"


# ---- the bill of a research quadcopter (Aerial Autonomy Stack)

QUADCOPTER = [
    ("Holybro X650 Almost-ready-to-fly Kit", "Quadcopter frame, motors, ESCs, propellers", "x650_arf_kit"),
    ("Holybro H-RTK ZED-F9P Ultralight", "GNSS module (GPS, GLONASS, Galileo, BeiDou)", "gnss_module"),
    ("Holybro Fixed Carbon Fiber GPS mount", "GNSS module support", "mounting_hardware"),
    (
        "Holybro Microhard Telemetry Radio V2",
        "Point-to-multipoint telemetry (1 ground + 1 per drone)",
        "telemetry_radio",
    ),
    ("RadioMaster Boxer RC CC2500", "Radio controller", "rc_transmitter"),
    ("RadioMaster R86C V2 Receiver", "Receiver for the radio controller", "rc_receiver"),
    ("Matek Power Module PM12S-4A", "5V and 12V supply for Doodle and Jetson", "power_module"),
    ("Tattu G-Tech 6S 8000mAh 25C 22.2V", "LiPo battery pack with XT60", "battery_pack_6s_large"),
    (
        "Pixhawk Jetson Baseboard Bundle",
        "NVIDIA Orin NX 16GB + SSD + Pixhawk 6X + CSI ArduCam",
        "pixhawk_jetson_bundle",
    ),
    ("ASIX AX88772A USB2.0 Ethernet Adapter", "USB Ethernet adapter", "usb_ethernet_adapter"),
    ("Doodle Labs RM-2450-11N3", "2.4GHz Nano radio module (1 ground + 1 per drone)", "data_link_radio"),
    ("Doodle Labs EK-2450-11N3", "Nano carrier/evaluation kit (1 ground + 1 per drone)", "data_link_carrier"),
    ("DJI Livox Mid-360S", "LiDAR sensor", "lidar_scanner"),
    ("Livox three-wire aviation connector", "Power and ethernet connector for the LiDAR", "connector_signal"),
]


@pytest.mark.parametrize(("name", "description", "part_class"), QUADCOPTER)
def test_lines_of_a_research_quadcopter(name: str, description: str, part_class: str) -> None:
    match = match_class(Item(row=1, name=name, description=description), RULES, parts=PARTS)
    assert match.part_class == part_class
    # The same lines stand in the bundled data, as the bill of a product.
    children = sc.load("uav").bom.query("parent_id == 'x650_research_quad'")["child_id"]
    assert part_class in set(children)
