"""What Nordgrat sells: brands, the category tree and the products by hand."""

from dataclasses import dataclass

BRANDS = (  # name, country, is own brand
    ("Nordgrat", "DE", True),
    ("Nordgrat Werkstatt", "DE", True),
    ("Altolago", "IT", False),
    ("Skogsvind", "SE", False),
    ("Brightmoor", "GB", False),
    ("Pinecrest Supply", "US", False),
    ("Yamakaze", "JP", False),
)
CATEGORIES = (  # slug, name, slug of the parent
    ("camping", "Camping", None),
    ("tents", "Tents", "camping"),
    ("sleeping-bags", "Sleeping bags", "camping"),
    ("sleeping-mats", "Sleeping mats", "camping"),
    ("cooking", "Stoves and cookware", "camping"),
    ("packs", "Packs", None),
    ("daypacks", "Daypacks", "packs"),
    ("trekking-packs", "Trekking packs", "packs"),
    ("clothing", "Clothing", None),
    ("jackets", "Jackets", "clothing"),
    ("trousers", "Trousers", "clothing"),
    ("base-layers", "Base layers", "clothing"),
    ("footwear", "Footwear", None),
    ("boots", "Hiking boots", "footwear"),
    ("approach-shoes", "Approach shoes", "footwear"),
    ("climbing", "Climbing", None),
    ("ropes", "Ropes", "climbing"),
    ("harnesses", "Harnesses", "climbing"),
    ("hardware", "Hardware", "climbing"),
    ("maps-guides", "Maps and guidebooks", None),
)
REDUCED_TAX = "maps-guides"


@dataclass(frozen=True)
class Style:
    """The colors and sizes of a kind of product; an empty one means that there is no choice."""

    colors: tuple[str, ...] = ("",)
    sizes: tuple[str, ...] = ("",)


STYLES = {
    "tents": Style(("forest", "sand")),
    "sleeping-bags": Style(("slate",), ("M", "L")),
    "sleeping-mats": Style(("moss",), ("R", "L")),
    "daypacks": Style(("slate", "rust", "forest")),
    "trekking-packs": Style(("slate", "forest"), ("M", "L")),
    "jackets": Style(("black", "rust"), ("S", "M", "L")),
    "trousers": Style(("slate",), ("S", "M", "L", "XL")),
    "base-layers": Style(("black",), ("S", "M", "L")),
    "boots": Style(("brown",), ("39", "41", "43", "45")),
    "approach-shoes": Style(("grey",), ("40", "42", "44")),
    "ropes": Style(("green",), ("60 m", "70 m")),
    "harnesses": Style(("blue",), ("S", "M", "L")),
}
PLAIN = Style()


@dataclass(frozen=True)
class Product:
    """A product as designed; a price of "" means that it is a draft."""

    name: str
    category: str
    brand: str
    price: str  # EUR, without tax
    grams: int

    @property
    def is_own_brand(self) -> bool:
        """Whether the brand belongs to Nordgrat."""
        return any(name == self.brand and is_own for name, _, is_own in BRANDS)


DRAFT = ""
PRODUCTS = (
    Product("Firnlicht 2", "tents", "Nordgrat", "359.00", 2100),
    Product("Firnlicht 3", "tents", "Nordgrat", "429.00", 2650),
    Product("Gratwind Expedition", "tents", "Nordgrat", "639.00", 3400),
    Product("Lärchenhain Family 5", "tents", "Nordgrat", "499.00", 9800),
    Product("Ljung Solo", "tents", "Skogsvind", "319.00", 1150),
    Product("Nachtfrost -10", "sleeping-bags", "Nordgrat", "249.00", 1280),
    Product("Nachtfrost 0", "sleeping-bags", "Nordgrat", "189.00", 980),
    Product("Hoshi Down 400", "sleeping-bags", "Yamakaze", "329.00", 720),
    Product("Bivy Summer", "sleeping-bags", "Brightmoor", "99.00", 650),
    Product("Mooskissen 5", "sleeping-mats", "Nordgrat", "84.00", 620),
    Product("Trailrest Foam", "sleeping-mats", "Pinecrest Supply", "36.50", 410),
    Product("Flink Gas Stove", "cooking", "Skogsvind", "49.90", 95),
    Product("Stormkit Multi-Fuel", "cooking", "Skogsvind", "134.00", 480),
    Product("Titan Pot 900", "cooking", "Yamakaze", "58.00", 105),
    Product("Camp Set for Four", "cooking", "Pinecrest Supply", "72.00", 1150),
    Product("Almweg 18", "daypacks", "Nordgrat", "79.00", 640),
    Product("Almweg 26", "daypacks", "Nordgrat", "95.00", 820),
    Product("Stadtgrat Roll-Top", "daypacks", "Nordgrat Werkstatt", "119.00", 780),
    Product("Fell Runner 12", "daypacks", "Brightmoor", "69.00", 310),
    Product("Hochtour 45", "trekking-packs", "Nordgrat", "179.00", 1490),
    Product("Hochtour 60", "trekking-packs", "Nordgrat", "199.00", 1720),
    Product("Fernweg 70", "trekking-packs", "Nordgrat", "229.00", 2050),
    Product("Wetterwand Shell", "jackets", "Nordgrat", "289.00", 420),
    Product("Wetterwand Light", "jackets", "Nordgrat", "199.00", 260),
    Product("Altura Down Jacket", "jackets", "Altolago", "239.00", 390),
    Product("Skare Insulated", "jackets", "Skogsvind", "169.00", 480),
    Product("Felstritt Trousers", "trousers", "Nordgrat", "109.00", 410),
    Product("Felstritt Zip-Off", "trousers", "Nordgrat", "119.00", 450),
    Product("Cima Climbing Pants", "trousers", "Altolago", "94.00", 370),
    Product("Merino 150 Shirt", "base-layers", "Skogsvind", "64.00", 170),
    Product("Merino 220 Leggings", "base-layers", "Skogsvind", "69.00", 210),
    Product("Sente Mid", "boots", "Altolago", "159.00", 1120),
    Product("Sente High", "boots", "Altolago", "199.00", 1360),
    Product("Moorland Classic", "boots", "Brightmoor", "219.00", 1540),
    Product("Placca Low", "approach-shoes", "Altolago", "124.00", 780),
    Product("Ridge Scrambler", "approach-shoes", "Pinecrest Supply", "109.00", 740),
    Product("Corda 9.5", "ropes", "Altolago", "144.00", 3700),
    Product("Corda Half 8.0", "ropes", "Altolago", "129.00", 2600),
    Product("Pilastro Harness", "harnesses", "Altolago", "59.00", 380),
    Product("Kogane Alpine Harness", "harnesses", "Yamakaze", "74.00", 240),
    Product("Quickdraw Set of 6", "hardware", "Altolago", "79.00", 620),
    Product("Screwgate Carabiner", "hardware", "Altolago", "11.90", 75),
    Product("Belay Tube", "hardware", "Yamakaze", "24.50", 80),
    Product("Headtorch 400", "hardware", "Brightmoor", "44.00", 88),
    Product("Ice Axe Tramont", "hardware", "Altolago", "99.00", 430),
    Product("Hut to Hut: Allgäu Alps", "maps-guides", "Nordgrat", "21.40", 340),
    Product("Trail Map Silvretta 1:25,000", "maps-guides", "Nordgrat", "11.10", 85),
    Product("Knots and Anchors", "maps-guides", "Brightmoor", "17.80", 260),
    Product("Firnlicht 4", "tents", "Nordgrat", DRAFT, 3150),
    Product("Merino 150 Hoody", "base-layers", "Skogsvind", DRAFT, 240),
)
DESCRIPTIONS = {
    "tents": "Double-wall tent with taped seams and two vents",
    "sleeping-bags": "Mummy bag with a two-way zip and a draft collar",
    "sleeping-mats": "Insulated mat with a grippy surface",
    "cooking": "Compact cooking gear for tours",
    "daypacks": "Light pack with a ventilated back and bottle pockets",
    "trekking-packs": "Carrying system for heavy loads, with rain cover",
    "jackets": "Jacket with an adjustable hood and two hand pockets",
    "trousers": "Hard-wearing trousers with room to move",
    "base-layers": "Soft merino layer worn next to the skin",
    "boots": "Ankle-high boot with a grippy sole",
    "approach-shoes": "Low shoe for the way to the rock",
    "ropes": "Dynamic rope with a dry treatment",
    "harnesses": "Adjustable harness with four gear loops",
    "hardware": "Gear for rock and ice",
    "maps-guides": "Printed on tear-resistant paper",
}
DISCONTINUED = frozenset({"Bivy Summer", "Camp Set for Four", "Moorland Classic"})
DELETED = frozenset({"Camp Set for Four"})
REVIEWS = {
    5: ("Worth every cent", "Two weeks in the Alps and nothing to complain about."),
    4: ("Very good", "Does what it should. The zip could run more smoothly."),
    3: ("All right", "Good material, but it turned out smaller than expected."),
    2: ("Disappointed", "The first seam opened after a month."),
    1: ("Sent it back", "Arrived with a broken buckle."),
}
