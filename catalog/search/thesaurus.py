"""General English: words that mean much the same, and words that hint at what holds the answer.

Schemas say `customer` where people say client, and questions name values ("in Asia", "in May")
where schemas have columns. Nothing here is taken from any one schema.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final

from catalog import words

_ALIKE: Final = """
customer client buyer shopper patron; employee staff worker personnel; person people individual
human; company firm corporation business enterprise organisation organization; supplier vendor
provider; product item article good merchandise; order purchase; shop store outlet; price cost fee;
salary wage pay compensation earnings income; phone telephone mobile; address location place; city
town municipality; country nation; region area district province; car vehicle automobile; film
movie; picture image photo; song track; artist musician singer performer; author writer; teacher
instructor professor lecturer tutor; student pupil; course class lesson; school college university;
doctor physician; hospital clinic; illness disease condition; drug medicine medication; boss
manager supervisor; team club; match game; player athlete; race competition contest tournament;
flight trip journey; plane aircraft airplane; ship vessel boat; house home property; flat
apartment; room accommodation; hotel lodging; guest visitor; booking reservation; payment
transaction; invoice bill; account user member; category type kind genre; status state; date day
time; start begin; end finish; comment remark note; review rating feedback; message mail email;
website url web site; birthday birth birthdate dob; surname lastname; sex gender; job occupation
profession position role title; department division unit section; building office; language tongue;
area surface; weight mass; height size; speed velocity; year annual; quarter season; death fatality
casualty kill; injury wound; victory win winner; loss defeat; vote ballot; party faction; law act;
crime offence offense; dog cat animal pet; breed race species; book publication; paper article;
channel station network; show programme program series episode; crew staff; award prize honor
honour; degree qualification diploma; mark grade score point; result outcome; friend buddy;
enrolment enrollment registration; assignment task; complaint ticket issue case; discount rebate
reduction; tax vat; shipment delivery dispatch; stock inventory; warehouse depot storage; contract
agreement; agent representative broker; owner proprietor holder; holiday vacation leave; quantity
amount number; patient case; ward room; lecture class; refund return; debt balance; loan credit;
revenue turnover sale; profit margin; expense cost; goal target; post article; tag label; server
host machine; permission right privilege; password credential; error failure fault; log history;
setting preference configuration; event occurrence; meeting appointment; calendar schedule;
supplier manufacturer maker producer; brand make; machine device equipment; driver chauffeur;
street road; neighbourhood neighborhood district
"""
#: What a question may hold on the left, and what a schema may call what it asks for.
_HINTS: Final = """
who: person people name; where: location place city address; when: date time year; old oldest
youngest young: age birth; cheap cheapest expensive costly: price; rich wealthy: wealth income;
paid: salary payment; owe owed: debt balance; earn: salary earnings; heavy heaviest light lightest:
weight; tall tallest: height; big biggest: size area; fast fastest slow slowest: speed; long
longest: length duration; shortest: length duration height; early earliest late latest recent
recently new newest: date time; overdue: due; live living: address city population; populous
populated: population; born: birth; die died dead killed: death; founded: founding year; built:
construction year; speak speaks spoken: language; hire hired: hiring; employ employed: employee;
teach taught: teacher course; study studied: student course; enroll enrolled: enrolment
registration; buy bought: purchase order; sell sold selling: sale; ship shipped: shipment;
deliver delivered: delivery; cancelled canceled active open closed: status; win won: winner; fly:
flight; drive: driver; write wrote written: author; sing: singer song; play: player; direct
directed: director; own owned: owner; depart leave: departure; arrive: arrival; located locate:
location; popular: popularity rating; capital: city; rated: rating; married single divorced:
marital; english arabic hindi: language; french german spanish italian dutch portuguese chinese
japanese russian turkish polish swedish greek korean: language nationality; american british
canadian australian: nationality country; asian african european: continent region; asia africa
europe: continent region; america: continent country; oceania antarctica: continent; usa uk france
germany china japan india brazil canada spain italy russia mexico sweden norway poland turkey
egypt kenya nigeria argentina ireland switzerland austria belgium netherlands: country; australia:
country continent; january february march april june july august september october november
december: month date; monday tuesday wednesday thursday friday saturday sunday: day; male female
man woman: sex gender; dollar euro pound: price amount currency
"""
_SHORT: Final = """
quantity qty; amount amt; number no num nr nbr; address addr; description desc descr; category cat;
department dept; employee emp; customer cust; product prod; supplier supp; manager mgr; account
acct acc; transaction txn trx trans; organisation organization org; telephone tel; password pwd
pw; date dt; time ts tm; average avg; minimum min; maximum max; count cnt; percent percentage pct;
value val; reference ref; document doc; image img; message msg; language lang; country ctry;
currency curr ccy; birth dob; invoice inv; payment pmt; price prc; order ord; warehouse whse wh;
government govt; location loc; position pos; latitude lat; longitude lng lon; configuration cfg
config; identifier id; code cd; flag flg; status stat sts; type typ; group grp; user usr; level
lvl; year yr; month mth; quarter qtr; balance bal; discount disc; source src; destination dest dst;
parameter param; temperature temp; statistic stat stats; information info; student stu stud;
course crs; building bldg; vehicle veh; patient pat pt; appointment appt; medicine med; diagnosis
dx; company co; street str st; attribute attr; certificate cert; administrator admin; application
app; environment env; version ver; sequence seq; previous prev; original orig; required req
"""


def related(term: str) -> frozenset[str]:
    """Return terms that mean about the same as this one, or that it hints at."""
    return _related().get(term, frozenset())


def abbreviations(term: str) -> frozenset[str]:
    """Return the usual short forms of a term, or what this short form usually stands for."""
    return _abbreviations().get(term, frozenset())


@cache
def known() -> frozenset[str]:
    """Return every term that stands here in full: words that may be part of a joined-up name."""
    hinted = (term for terms in _related().values() for term in terms)
    return frozenset({*_related(), *hinted})


@cache
def _related() -> Mapping[str, frozenset[str]]:
    found = _mutual(_ALIKE)
    for left, right in (line.split(":") for line in _HINTS.split(";")):
        for term in _terms(left):
            found[term] |= set(_terms(right))
    return {term: frozenset(others) for term, others in found.items()}


@cache
def _abbreviations() -> Mapping[str, frozenset[str]]:
    return {term: frozenset(others) for term, others in _mutual(_SHORT).items()}


def _mutual(text: str) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for group in text.split(";"):
        terms = _terms(group)
        for term in terms:
            found[term] |= set(terms) - {term}
    return found


def _terms(text: str) -> list[str]:
    return [words.singular(word) for word in text.split()]
