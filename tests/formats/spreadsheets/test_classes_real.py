"""Rules that give lines their part class, on lists of real parts, each line looked up by hand."""

from __future__ import annotations

import csv
from pathlib import Path

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


# ---- a sample of the NO LAB UAS Component Database (CC BY 4.0, nosheal/uas-component-database)

# Drawn at random within each subsystem, and the class of each looked up by hand.
COMPONENTS = [
    ("propulsion", "PROPELLER_FIXED_PITCH", "Graupner", "CAM Folding Prop 10X5 25X12", "propeller_carbon"),
    ("propulsion", "BLDC_ELECTRIC", "QAV", "RT2206-2000KV Quad Racing Motor CW", "motor_fpv_5in"),
    ("propulsion", "BLDC_ELECTRIC", "RDQ", "Badass 2 2306.5", "motor_fpv_5in"),
    ("propulsion", "GAS_PISTON", "Rotax", "914F", ""),
    ("propulsion", "PROPELLER_FIXED_PITCH", "KDE", "21 x 73 CF FP", "propeller_carbon"),
    ("propulsion", "BLDC_ELECTRIC", "T-Motor", "F60 Pro V 2207.5 KV1750", "motor_fpv_5in"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Aeronaut", "CAM Carbon 95x7 24x18", "propeller_carbon"),
    ("propulsion", "BLDC_ELECTRIC", "HappyModel", "EX1002 20000KV", "motor_fpv_micro"),
    ("propulsion", "GAS_PISTON", "Suter Industries", "TOA 330 SDI (heavy fuel)", ""),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Xoar", "PJT1-E 19x10", ""),
    ("propulsion", "PROPELLER_FIXED_PITCH", "EMAX", "AVAN Blur 2inch 3blade", "propeller_plastic"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Gemfan", "Hurricane 51466 V2 MCK", "propeller_plastic"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "HQ Prop", "5050", "propeller_plastic"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "RCTimer", "TM 1448 CF", "propeller_carbon"),
    ("propulsion", "GAS_PISTON", "DLE", "DLE-120", ""),
    ("propulsion", "BLDC_ELECTRIC", "Vector Technics", "4006SL 380KV", "motor_multirotor_mid"),
    ("propulsion", "GAS_PISTON", "OS Engines", "GF30 II", ""),
    ("propulsion", "BLDC_ELECTRIC", "KDE Direct", "KDE3520XF-400", "motor_multirotor_mid"),
    ("propulsion", "BLDC_ELECTRIC", "T-Motor", "MN4012", "motor_multirotor_mid"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Aeronaut", "CAM Carbon Power-Prop 10x7", "propeller_carbon"),
    ("propulsion", "BLDC_ELECTRIC", "T-Motor", "U11II KV120", "motor_multirotor_heavy"),
    ("propulsion", "BLDC_ELECTRIC", "iFlight", "Xing Nano X1103 8000kv", "motor_fpv_micro"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Gemfan", "Hulkie 2040x3", "propeller_plastic"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Diatone", "5030 R", "propeller_plastic"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Gemfan", "6030 R", "propeller_plastic"),
    ("propulsion", "DUCTED_FAN_ELECTRIC", "Schubeler", "DSM10066-290 (with DS-215-DIA HST EDF)", ""),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Aeronaut", "CAM Carbon Z 10x8 25x20", "propeller_carbon"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Graupner", "CAM Folding Prop 11x6 28x15", "propeller_carbon"),
    ("propulsion", "BLDC_ELECTRIC", "Maxon", "EC 45 flat 70W", "motor_precision"),
    ("propulsion", "BLDC_ELECTRIC", "T-Motor", "U3 700KV", "brushless_motor"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "Aeronaut", "CAM Carbon 20x12", "propeller_carbon"),
    ("propulsion", "BLDC_ELECTRIC", "KDE Direct", "KDE13218XF-105", "motor_multirotor_heavy"),
    ("propulsion", "PROPELLER_FIXED_PITCH", "T-Motor", "NS22x66", "propeller_carbon"),
    ("propulsion", "BLDC_ELECTRIC", "BetaFPV", "0702 Brushless (2026) 30000KV", "motor_fpv_micro"),
    ("propulsion", "WANKEL_ROTARY", "UAV Engines Ltd", "AR801R", ""),
    ("propulsion", "BLDC_ELECTRIC", "iFlight", "XING 2806.5 1800KV", "motor_fpv_7in"),
    ("electronics", "RADIO_DATALINK", "Microhard", "pDDL2450", "data_link_radio"),
    ("electronics", "CONNECTOR", "Molex", "PicoBlade 53048 Series", "connector_signal"),
    ("electronics", "GPS_RECEIVER", "SBG Systems", "Ellipse-N", "gnss_module"),
    ("electronics", "SAFETY_SYSTEM", "uAvionix", "pingRID", ""),
    ("electronics", "ESC_BLDC", "T-Motor", "Alpha 60A HV", "esc_single"),
    ("electronics", "SENSOR_OTHER", "Benewake", "TF02-Pro", "laser_rangefinder"),
    ("electronics", "RADIO_DATALINK", "DTC", "SOL8SDR-M BluCore", ""),
    ("electronics", "MPPT", "Genasun", "GVB-8", "power_module"),
    ("electronics", "GPS_RECEIVER", "CubePilot", "Here4", "gnss_module"),
    ("electronics", "ESC_BLDC", "APD", "APD 80F3", "esc_single"),
    ("electronics", "RADIO_DATALINK", "Microhard Systems", "n920X2", "telemetry_radio"),
    ("electronics", "RC_TRANSMITTER", "Spektrum", "NX8", "rc_transmitter"),
    ("electronics", "GPS_RECEIVER", "Beitian", "BN-220", "gnss_module"),
    ("electronics", "ESC_BLDC", "DYS", "Aria 70A 3 6S Blheli32", "esc_single"),
    ("electronics", "RADIO_DATALINK", "Doodle Labs", "Wearable Mesh Rider Radio", "data_link_radio"),
    ("electronics", "RADIO_DATALINK", "L3Harris", "Mini-T2 Transceiver", ""),
    ("electronics", "COMPANION_COMPUTER", "Ambarella", "CV25", "mission_computer_soc"),
    ("electronics", "ESC_BLDC", "HAKRC", "HK3220 60A 4in1", "esc_4in1"),
    ("electronics", "RADAR", "Ainstein", "LR-D1", ""),
    ("electronics", "ESC_BLDC", "Hobbywing", "XRotor X6 Plus", "motor_integrated_esc"),
    ("electronics", "COMPANION_COMPUTER", "NVIDIA", "Jetson AGX Orin 64GB", "companion_computer"),
    ("electronics", "CONNECTOR", "Amass", "XT60H", "connector_power"),
    ("electronics", "GPS_RECEIVER", "CUAV", "C-RTK 2", "gnss_module"),
    ("electronics", "RADIO_DATALINK", "ImmersionRC", "Tramp Nano VTX", "video_transmitter"),
    ("electronics", "COMPANION_COMPUTER", "Lattice", "CrossLink-NX LIFCL-40", "fpga"),
    ("electronics", "ESC_BLDC", "Flycolor", "X-Cross HV3 60A", "esc_single"),
    ("electronics", "ESC_BLDC", "APD", "120F3[X]", "esc_heavy"),
    ("electronics", "SENSOR_OTHER", "Echodyne", "EchoFlight", ""),
    ("electronics", "BMS", "REC BMS", "Active BMS", "bms"),
    ("electronics", "BMS", "Orion", "Jr. 2 BMS", "bms"),
    ("electronics", "ESC_BLDC", "Flameback", "45A 6S", "esc_single"),
    ("electronics", "GNSS_INS", "Applanix", "APX-15 UAV", "gnss_module"),
    ("electronics", "ESC_BLDC", "KDE Direct", "KDEXF-UAS35", "esc_single"),
    ("electronics", "SENSOR_OTHER", "uAvionix", "truFYX TSO", ""),
    ("electronics", "ANTENNA", "uAvionix", "ping1090i Antenna", "antenna"),
    ("electronics", "INPUT_DEVICE", "APEM", "55'M Hall Effect Joystick", ""),
    ("electronics", "PDB", "Sky-Drones", "SmartAP PDB", "power_module"),
    ("electronics", "ESC_BLDC", "Vertiq", "60-08 KV300 G1 ESC", "motor_integrated_esc"),
    ("electronics", "COMPANION_COMPUTER", "Raspberry Pi", "Pi 5 8GB", "companion_computer"),
    ("electronics", "ESC_BLDC", "VESC", "VESC HD-60 Twin", ""),
    ("electronics", "FLIGHT_CONTROLLER", "CubePilot", "Cube Yellow", "flight_controller"),
    ("electronics", "", "BlueMark", "db151pcb", ""),
    ("electronics", "GPS_RECEIVER", "Septentrio", "mosaic-H", "gnss_chip"),
    ("electronics", "ESC_BLDC", "Aikon", "AK32PRO II 50A 4in1", "esc_4in1"),
    ("payload", "CAMERA_VISIBLE", "iniVation", "DAVIS346", ""),
    ("payload", "LIDAR_SCANNER", "Hesai", "PandarXT-32 (XT32)", "lidar_scanner"),
    ("payload", "FPV_CAMERA", "RunCam", "Phoenix Oscar", "fpv_camera"),
    ("payload", "ACTION_CAMERA", "Mobius", "ActionCam", ""),
    ("payload", "DIGITAL_SERVO_WITH_ARM", "Pilot-RC", "PY-35AH", "servo_actuator"),
    ("payload", "CAMERA_HYPERSPECTRAL", "Corning", "microHSI 425 SHARK", ""),
    ("payload", "LIDAR_SCANNER", "YellowScan", "Vx-20", "lidar_scanner"),
    ("payload", "CAMERA_VISIBLE", "senseFly", "S.O.D.A. 3D", "camera_visible"),
    ("payload", "CAMERA_THERMAL", "DJI", "Zenmuse H30T", "thermal_payload"),
    ("payload", "CAMERA_THERMAL", "FLIR", "Vue TZ20-R", "thermal_payload"),
    ("payload", "GIMBAL_STABILIZED", "CaddxFPV", "GM1", "gimbal_payload"),
    ("payload", "LIDAR_SCANNER", "Phoenix LiDAR", "Scout-32", "lidar_scanner"),
    ("payload", "LIDAR_SCANNER", "Ouster", "OS1-32", "lidar_scanner"),
    ("payload", "EW_CUAS", "Fortem Technologies", "TrueView R20", ""),
    ("payload", "THERMAL_IMAGER", "Workswell", "WIRIS 3", "thermal_payload"),
    ("payload", "SENSOR_OTHER", "Kromek", "AARM", ""),
    ("payload", "GIMBAL_STABILIZED", "Teledyne FLIR", "Vue TZ20", "thermal_payload"),
    ("payload", "LIDAR_MAPPING", "Rock Robotic", "R3 Pro", "lidar_scanner"),
    ("payload", "EW_CUAS", "Raytheon", "ALR-69A", ""),
    ("payload", "GNSS_SIMULATOR", "Racelogic", "LabSat 3 Wideband", ""),
    ("payload", "PAYLOAD_RELEASE", "Foxtech", "Eayload-15", ""),
    ("payload", "EW_CUAS", "DroneShield", "RfPatrol Mk2", ""),
    ("payload", "LIDAR_SLAM", "Emesent", "Hovermap ST", "lidar_scanner"),
    ("payload", "CAMERA_VISIBLE", "Sony", "Alpha 7R IV", "camera_visible"),
    ("energy", "LIPO_HV", "Gens Ace", "Advanced 6800mAh 6S 100C LiHV", "battery_pack_6s_large"),
    ("energy", "LI_ION_NCA", "Panasonic", "NCR18650GA", "cell_18650"),
    ("energy", "LI_ION_NMC", "Molicel", "INR-18650-P30B", "cell_18650"),
    ("energy", "LIPO", "Bonka", "U2 1380mAh 6S 180C", "battery_pack_fpv_6s"),
    ("energy", "LIPO", "CNHL", "MiniStar 1500mAh 4S 120C", "battery_pack_fpv_6s"),
    ("energy", "FUEL_CELL_PEM", "H3 Dynamics", "AEROCELL 800", ""),
    ("energy", "LIPO", "Thunder Power", "Adrenaline 1300mAh 6S 100C", "battery_pack_fpv_6s"),
    ("energy", "SUPERCAPACITOR", "VINATech", "VEC3R0 107QG", ""),
    ("energy", "LI_ION_NMC", "Molicel", "INR-18650-P28A", "cell_18650"),
    ("energy", "FUEL_CELL_PEM", "HES Energy Systems", "Aerostak A-1000", ""),
    ("energy", "LI_ION_NMC", "LG Energy Solution", "INR21700-M50T", "cell_21700"),
    ("energy", "LI_ION_NMC", "GNB (Gaoneng)", "8000mAh 6S 10C Li-Ion (Samsung 40T)", "battery_pack_li_ion_6s"),
    ("energy", "HYDROGEN_TANK", "H3 Dynamics", "Electric Compressor (350 bar)", ""),
    ("energy", "LIPO", "Bonka", "8000mAh 6S 35C", "battery_pack_6s_large"),
    ("energy", "HYBRID_GENERATOR", "Quaternium", "HYBRiX 2.1", ""),
    ("energy", "LI_ION_SILICON_ANODE", "Upgrade Energy (Amprius cells)", "Gold V1 6S3P SA08", "battery_pack_li_ion_6s"),
]

# Where the rules are known to err: a module with motor and controller that is listed as a controller, and a controller
# for two motors, which no class is for.
KNOWN_ERRORS = {"60-08 KV300 G1 ESC", "VESC HD-60 Twin"}


def component(subsystem: str, technology: str, brand: str, model: str, *, say_technology: bool) -> Item:
    """Return the line as the file's columns give it; the technology stands in a column that we have no field for."""
    sources = (ItemSource(manufacturer=brand),)
    extra = {"technology": technology} if say_technology else {}
    return Item(row=1, name=model, category=subsystem, sources=sources, extra=extra)


@pytest.mark.parametrize("say_technology", [True, False])
def test_a_sample_of_components(say_technology: bool) -> None:
    items = [component(*row[:4], say_technology=say_technology) for row in COMPONENTS]
    matches = match_classes(items, RULES, parts=PARTS)
    pairs = [(row[3], row[4], match.part_class) for row, match in zip(COMPONENTS, matches, strict=True)]
    wrong = [(model, wanted, found) for model, wanted, found in pairs if found and found != wanted]
    assert {model for model, _, _ in wrong} <= KNOWN_ERRORS
    missed = [model for model, wanted, found in pairs if wanted and not found]
    assert len(missed) <= (0 if say_technology else 27), missed


# ---- the whole file, where it is: what a model's name tells, against the technology that the file states

ESC = {"esc_4in1", "esc_single", "esc_heavy", "motor_integrated_esc"}
MOTOR = {
    "brushless_motor",
    "gimbal_motor",
    "motor_fpv_5in",
    "motor_fpv_7in",
    "motor_fpv_micro",
    "motor_integrated_esc",
    "motor_multirotor_heavy",
    "motor_multirotor_mid",
    "motor_precision",
}
PACK = {"battery_pack", "battery_pack_12s_smart", "battery_pack_6s_large", "battery_pack_fpv_6s"}
CELL = {"battery_pack_li_ion_6s", "cell_18650", "cell_21700", "cell_lfp", "cell_silicon_anode"}
POSITION = {"gnss_module", "gnss_chip"}
PAYLOAD = {"thermal_payload", "thermal_core", "gimbal_payload"}
TECHNOLOGIES = {
    "ACTUATOR": {"servo_actuator"},
    "ANTENNA": {"antenna"},
    "AUTOPILOT": {"flight_controller", "ground_control_station"},  # the maker's ground station is filed there too
    "BAROMETER": {"barometer"},
    "BEC": {"power_module"},
    "BLDC_ELECTRIC": MOTOR,
    "BLDC_OUTRUNNER": MOTOR,
    "BMS": {"bms"},
    "CAMERA_THERMAL": PAYLOAD,
    "COMPANION_COMPUTER": {"companion_computer", "ai_accelerator", "fpga", "mission_computer_soc"},
    "CONNECTOR": {"connector_power", "connector_signal"},
    "ESC_BLDC": ESC,
    "FLIGHT_CONTROLLER": {"flight_controller"},
    "FPV_CAMERA": {"fpv_camera"},
    "GIMBAL_STABILIZED": PAYLOAD,
    "GNSS_INS": POSITION,
    "GPS_RECEIVER": POSITION | {"magnetometer", "optical_flow_module", "companion_computer"},
    "LIDAR_RANGEFINDER": {"laser_rangefinder"},
    "LIDAR_SCANNER": {"lidar_scanner", "laser_rangefinder"},
    "LIPO": PACK,
    "LIPO_HV": PACK,
    "LI_ION_NCA": CELL,
    "LI_ION_NMC": CELL,
    "LI_ION_SILICON_ANODE": CELL,
    "MAGNETOMETER": {"magnetometer"},
    "MESH_NETWORK": {"data_link_radio"},
    "MPPT": {"power_module"},
    "PDB": {"power_module"},
    "POWER_MODULE": {"power_module"},
    "PROPELLER_FIXED_PITCH": {"propeller_carbon", "propeller_plastic"},
    "RTK_GNSS": POSITION,
    "STABILIZED_GIMBAL_EO_IR": PAYLOAD,
    "THERMAL_IMAGER": PAYLOAD,
    "UNCOOLED_VOX_MICROBOLOMETER": PAYLOAD,
    # no class
    "CAMERA_HYPERSPECTRAL": set(),
    "DUCTED_FAN_ELECTRIC": set(),
    "EW_CUAS": set(),
    "FUEL_CELL_PEM": set(),
    "GAS_PISTON": set(),
    "STEPPER_SERVO": set(),
    "TURBINE": set(),
    "WANKEL_ROTARY": set(),
}


def test_the_whole_file_of_components(root: Path) -> None:
    path = root.parent / "shared" / "reference" / "uas_component_database_nolab_2026-07-21.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["technology"] in TECHNOLOGIES]
    items = [
        component(row["subsystem"], row["technology"], row["brand"], row["model"], say_technology=False) for row in rows
    ]
    found = [
        (row["technology"], row["model"], match.part_class)
        for row, match in zip(rows, match_classes(items, RULES, parts=PARTS), strict=True)
        if match.part_class
    ]
    wrong = [hit for hit in found if hit[2] not in TECHNOLOGIES[hit[0]]]
    assert len(found) > 700
    assert len(wrong) <= 0.01 * len(found), wrong
