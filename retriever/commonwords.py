"""English words that say little about which title is meant."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _set("the a an")

# Words without content of their own; a title made of these alone ("It", "Her", "Up") needs a strong cue.
FUNCTION = _set("""
1 a about above after again against ago all almost along also although always am among an and any
anybody anyone anything are around as at away be because been before being below between both but by can
could did do does doing done down during each either else enough ever every everybody everyone
everything few first for from get go goes going gone got had has have having he hello her here hers hey
hi him his how however i if in instead into is it its just last later least less let like lot many may
maybe me mine more most much must my myself never next no nobody none nor not nothing now of off often
oh ok okay on once only onto or other others our out over own part per perhaps please quite rather
really same second she should since so some somebody someone something sometimes somewhere soon still
such than thanks that the their them then there these they thing things third this those though through
till to together tonight too toward twice under until up upon us very was way we well were what whatever
when where whether which while who whom whose why will with within without would yeah yes yet you your
yours
""")

# Words that people use when they talk about taste; a title that is one of these needs quotes or a year.
GENRE = _set("""
action adventure adventures animated animation anime big biography cartoon cartoons children christmas
classic classics comedies comedy crime dark detective documentaries documentary drama dramas dystopian
epic family fantasies fantasy fi fiction film films foreign funny future horror humor humour imax indie
kids love modern movie movies musical musicals mysteries mystery new noir old recent romance romances
romantic sad scary sci science scifi serious short slow smart spy superhero suspense thriller thrillers
violence violent war western westerns
""")

COMMON = (
    FUNCTION
    | GENRE
    | _set("""
able abyss accident actor actors actress actresses adult afternoon air airport alien aliens alone
amazing amazon american angel angels animal animals answer apartment arrival art asleep assassins attack
aunt aviator awakenings babe baby back bad bag ball bananas band bank bar battle beach bear beautiful
beauty bed began best better birdcage birds bit black blade blood blow blue board boat body bodyguard
book books boomerang boring born boss bottom bound box boy boys brain brave brazil bride bridge bright
bring broken brother brothers brown bud budget bug building bullet bus business cable call called came
camp captain car card cars case casino cat catch cause cell center century chance change charade charm
chase cheap check chicago chicken chief child choice church cinema circle city class clean clear clerk
clerks click client clients climb close closer clown club clue coach cocoon code cold collateral college
color come coming commitments company complete connection contact contender control conversation cook
cool cop cops copycat corner cost country couple course court cousin craft crash crazy creepy cross crow
cruel crumb crush cry cube cure cut dad dance danger dangerous date daughter dave dawn day days dead
deal dear death deep deer defense deliverance departed desert devil did die different diner dinner
director directors dirty disclosure disney divorce doctor dog dogs doll door doors double doubt downfall
dragon dream dreams dress drive driver drop drugs duck dumb dust duty ear early earth east easy eat edge
election element elephant elf empire end ending endings enemy english enjoy enter entrapment equilibrium
eraser escape evening event evil evolution exam excellent eye eyes face fact faculty fail fair faith
fall false fame famous fan far farm fast fat fate father favorite fear feast feel feeling feet fell
female field fight fighter final find fine finish fire firm fish flight floor flow fly folks follow food
fool foot force forest forever forget forgotten forward free freedom freeway french frequency fresh
friend friends front frozen fugitive full fun game games garden gate gave generation gentle german ghost
giant gift girl girls give given gladiator glass glory god gold golden good gory grace graduate grand
gravity grease great green gremlins grey ground group grow guard guess guest guide guilty gun guy guys
hair half hall halloween hand hands hangover happen happiness happy hard hate haunting head hear heart
heat heaven heavy held hell help hero heroes hide high hill history hit hitch hold hole holiday home
honest honey hook hope horse hospital host hot hotel hour hours house hulu human hundred hunger hunt
hunter hurricane husband hustler ice idea identity illusionist imagine important incredible incredibles
inside insider insomnia intense interest interesting invisible iron island jack jaws jerk job joke
journey joy judge jump jungle junior juror justice keep kid kill killer killing kind king kings kiss
kitchen knew knife knight know labyrinth lady lake land large late laugh law lawyer lead league learn
leave left leg legal legend letter liar liberty lie life light limit limitless line lion list listen
little live lives living local lonely long look looking lord lose losing loss lost loved lover lovers
low luck lucky machine mad made magic magnolia main make male man manhattan mark marriage married mask
master match matter maverick mean meet meeting memory men mess message mexican middle midnight might
mile mind minority minute minutes miracle mirror miserable misery miss mission mix mom moment money
monkey monkeys monster monsters month moon morning mother mouth move moving mr mrs mummy munich murder
music naked name nashville nature near necessary need negotiator net netflix network nice night nights
noise normal north notebook notes nuts obsession ocean office open opposite orange order ordinary
original oscar outbreak outside outsiders pain paint pair panic paper paradise parenthood parents park
party pass past patient patriot pay payback peace people perfect person persuasion phantom phenomenon
philadelphia phone pianist piano pick picture piece pilot pink place plan planet platoon play player
plot plots poison police poor popular position possible postman powder power practical predator present
president prestige pretty price pride prime princess prison prisoner prisoners private problem producers
professional program promise proof psycho public pump punch pure purple put quality queen quest question
quick quiet race rain raise ran random range ransom reach read ready real reality reason recommendation
recommendations red relax remember rent rescue rest return revenge rich ride right ring rise risk river
road rock rocket roll room rope rose rough round rules run running rush safe said saint salt sand save
saw scare scene scenes school score scream screams sea search season seat secret see seem seen sell
sense sequel sequels serenity series serpent set sex sexy shadow shallow shame share sharp shine shining
ship shock shoot shop shot show shut sick side sideways sight sign signs silence silent silver simple
single singles sister sisters sit skin sky sleep sleeper sleepers slice sliver small smile smoke snake
snatch sneakers snow social society soldier son song soul sound soundtrack south space speak special
specialist species speed spell spend spirit splash split spot spring stake stand star stardust stars
start state station stay step sting stone stop stories storm story strange stranger streaming street
strength stripes strong stuff stupid style sudden suit summer sun sunday sunset sunshine super sure
surprise sweet swim swingers sword system table take taken takes talk tall tape target taste teach
teacher team tears teen tell term terminal terminator terror test theater thief thin think thinking
thinner thought thousand throw ticket tide tiger tight time times tiny tired title today told tomorrow
tone tongue took top total touch tough tour town toy toys track trade traffic trailer trailers train
training transporter trap travel treasure tree trial trick trip trouble true trust truth try turn twin
twins twist twisted twister type ugly uncle underground understand unknown untouchables unusual usual
vacation valley value vampire vampires verdict vertigo victory video view village violent virgin visit
visual voice volcano vote wait wake walk wall want wanted warm wash watch watched watching water wave
weather wedding week weekend weird went west wet whatever white whole wide wife wild willow win wind
window wine winner winter wish witch witness wolf woman women won wonder wonderful wood word words work
working world worse worst worth wrestler write writer wrong year years yellow yesterday young zero
zombie zombies
""")
)

# Words just before a title that show that a title follows.
TITLE_CUES = _set("""
adore adored called dislike disliked enjoy enjoyed enjoying film hate hated like liked love loved loving
movie named recommend recommended rewatch rewatched rewatching saw see seen similar suggest than titled
tried watch watched watching 欢 像 似 过 爱 叫 看 听 首 部 完
""")

# Words just after a title that show that a title came before.
AFTER_CUES = _set("""
esque film movie style vibe vibes mould mold vein territory
""")
# Verbs and adverbs behind a name that opens a sentence: "Gladiator bored me"; a noun would need an article.
SUBJECT_VERBS = _set("""
i we i've ive is isn isnt was wasn wasnt gets got get did didn didnt does doesn doesnt had has hasn made
makes makes bored bores left
leaves lost put blew went goes never really just scared scares ruined dragged drags hit hits felt feels
seemed turned
works worked won sucks sucked rocks rules gave gives put looks looked sounds sounded deserves deserved
remains kept
totally absolutely definitely yes no nope nah
war ist fand finde hat habe haben kenne kennen mag mochte gefiel gefällt me es fue era nos est était etait m a
""")
# Words that answer to a name in question: "Gladiator? Seen it".
ANSWERS = _set("""
tedious dull amazing awesome superb fantastic wonderful excellent perfect rubbish garbage horrible dreadful
mediocre
masterpiece classic love hate thumbs yawn wow ugh disappointing please tops lovely decent
seen saw watched read heard played loved liked hated enjoyed own owned already know yes yep yeah no nope nah
never boring
awful terrible great brilliant overrated meh on however though i we it not too so didn couldn just done been
""")
# Words with what may stand before them, behind which a name is a title after all: "obsessed with Shrek".
PAIRS = {
    "with": _set(
        "obsessed bored disappointed happy love smitten done impressed taken through familiar pleased"
    ),
    "of": _set(
        "out sick tired fan fans bored fond love enough loads capable instead think thinking style vei"
        "n spirit much"
    ),
    "on": _set("up keen hooked"),
    "to": _set("dragged similar listen listened listening compared addicted yes no down up thumbs prefer"),
    "by": _set("moved bored followed impressed blown disappointed"),
    "from": _set("back"),
    "for": _set("hopes care thumbs up soft sucker"),
    "in": _set("disappointed"),
    "at": _set("laughed cried"),
    "into": _set("get gets got getting sucked roped talked"),
    "through": _set("halfway way partway sat sit slogged suffered struggled"),
}
VERDICT_VERBS = _set("is was were")
VERDICTS = _set("""
a amazing an awesome awful bad boring brilliant excellent fantastic fun funny good great incredible
masterpiece my ok okay one overrated perfect pretty really so superb terrible the too underrated very
wonderful
""")

# Words that follow a title when it is the whole object of the sentence.
PHRASE_ENDS = _set("""
a again also although and as at because best better but by for from in is it lately more most nor on or
please plus really recently since so that then though to too versus very vs was were when where which
who with yesterday pls plz thx thanks etc tonight today
和 或 还 的 这 那 了 吗 呢 一 很 太 我 就 类 但 不 差 看 听 风 有 也 都 好
""")

# Words before a name that show a person or a place rather than a film.
ANTI_CUES = _set("""
actor actress at by dear director dr featuring for from hello hey hi in into mr mrs near of on starring
thanks to with
""")
BEFORE_YEARS = _set("after before since from in until till than around circa to and between of")

ORDINALS = {
    "first": 1, "original": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
}  # fmt: skip

# Words whose full stop does not end a sentence.
ABBREVIATIONS = _set("dr mr mrs ms st vs vol jr sr inc lt sgt pt")
