"""Stop words: what stands in every text of a language, and so says nothing of what it is about.

They also tell which language a text is in. Words are in lower case, taken apart at apostrophes.
"""

from linkback.core.likeness.folding import folded
from linkback.core.likeness.scripts import script_of

_WORDS = {
    "en": "the of and to a in is it you that he was for on are with as i his they be at one have this from or had by "
    "but not what all were we when your can said there use an each which she do how their if will up other about out "
    "many then them these so some her would make like him into has more her two see no way could my than been who its "
    "now find down did get come made may us our me also just any only most such very where after before here over "
    "because through between being does own same while should too s t don re ve ll m d isn doesn didn won much even "
    "first new good well think know want time people day years year great really thing things work back still every "
    "best need read click home page post blog site website comment comments share menu search contact privacy policy "
    "copyright rights reserved reply posted next previous categories tags archive archives about home login subscribe",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
    "hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis "
    "mehr durch man sein wurde sei ich wir ihr mich mir uns du dich dir kann können muss wenn hier schon sehr was wo "
    "wer warum dann denn doch da ja nein kein keine keinen diese dieser dieses diesem diesen alle alles immer wieder "
    "mal ihre ihren ihrem seine seinen seiner unter ohne gegen weil ob nun jetzt heute ganz gibt eines mein meine "
    "habe hatte hätte wäre würde wurden werde selbst viel viele viel zwei damit etwa sowie seit beim vom ins",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son aux "
    "d l c s n j qu m t y je tu nous vous ils elle elles on ou où mais comme si leur leurs ses sa cette ces été être "
    "avoir fait faire tout tous toute toutes bien aussi même très sans sous entre après avant encore donc quand deux "
    "peut peu était ont ai avait cela ça notre nos votre vos mon ma mes lui dont alors ainsi ici moins chez depuis",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
    "sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué "
    "sólo solo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora cada e vida "
    "otro después te otros aunque esa eso hace otra gobierno tan durante siempre día tanto ella tres sí dijo sido gran",
    "it": "di e il la che in a per un è del non sono le della con i si una da al dei come nel lo alla ma più ha gli o "
    "anche se delle ho mi ci dal nella su questo questa l d ed essere quello quella tutti tutto hanno era io tu lui "
    "lei noi voi loro suo sua suoi mio mia fra tra così molto poi quando dove perché chi cosa già ancora solo stato "
    "stata fatto due ogni dopo prima senza dalla dalle sul sulla sulle degli agli alle nei nelle ne",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
    "sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter "
    "seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos elas havia seja "
    "qual será nós tenho lhe deles essas esses este dele tu te vocês vos lhes meus minhas teu tua isto aquilo onde",
    "nl": "de en van het een in is dat op te zijn met voor niet aan er om ook als dan maar bij uit nog naar wordt door "
    "ik je hij ze we zij wij u mijn jouw haar hun ons onze die dit deze wat wie waar hoe heeft hebben had was waren "
    "worden over kan kunnen zou zo wel geen meer veel al tot of na tegen onder omdat toen nu hier daar iets niets",
    "sv": "och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du henne "
    "då sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut när efter upp vi dem vara vad "
    "över än dig kan sina här ha mot alla under någon eller allt mycket sedan ju denna själv detta åt utan varit hur",
    "pl": "i w nie na się z do to że jest o jak po co ale tak za od a jego przez dla czy tylko był już by jej przed "
    "ich być ze może ma go są pod także który która które tym tego te ten ta też jako ale więc oraz gdy jeszcze bardzo "
    "nad u kiedy gdzie była było były mnie mi my wy on ona ono oni bez przy sobie nas wszystko bo nawet można",
    "cs": "a v se na je že s z do to o k i ve pro za by ale si po jako jsem tak od co jak při jeho která které který "
    "byl už jen nebo také být kde když má jsou tento této tím tom však ještě pak více bylo byla podle až",
    "tr": "ve bir bu da de için ile çok ne o gibi daha olarak var ben sen biz siz onlar mi ama en kadar sonra her "
    "olan değil ya ki şey bana beni olduğu diye yok iki önce hem veya ise",
    "fi": "ja on ei että se oli hän en mutta ole olen minä niin kun mitä tämä kuin nyt jos mikä ovat myös sen hänen "
    "vain joka jo tai siitä sitten vielä kaikki voi ovat olla ollut jossa",
    "ru": "и в не на я что он с как это а по но они мы к она у вы за так же от то его из все для о бы ещё еще если "
    "был только да нет до или быть при уже когда мне было вот меня их чтобы был была были есть где кто даже под над "
    "без более можно этот эта эти того том этом тем чем ни там тут очень после через нас вас ему ей себя свой который "
    "которая которые которых также может раз два здесь потом потому этого году лет время",
    "uk": "і в не на я що він з як це а по але вони ми до вона у ви за так же від те його із всі для про б ще якщо й "
    "та було бути при вже коли мені їх щоб була були є де хто навіть під над без більш можна цей ця ці того тому дуже "
    "після через нас вас собі який яка які яких також може тут потім",
    "el": "και το να του η της με που την από για είναι τον ο των σε ότι στο στη στην οι τα τη θα δεν ως αλλά ή μας "
    "σας τους μια ένα ένας αυτό αυτή αυτός όπως όταν πολύ πιο μου σου κατά μετά πριν ήταν έχει έχουν αν εδώ εκεί",
    "ar": "في من على إلى أن عن هذا هذه التي الذي ما لا مع كان كانت هو هي أو و ثم قد كل بعد قبل بين حتى إذا لم لن ليس "
    "ذلك تلك هناك هنا كما غير عند أي إن نحن أنا أنت هم",
    "he": "של את על לא הוא זה עם כל אני גם כי היא או אבל אם מה יש אין היה הם זאת רק יותר עד אל כמו אחרי בין לפני כך",
    "fa": "و در به از که این را با است برای آن یک تا می هم بر ها های بود شد شده خود اما یا نیز هر ما من او آنها باید",
    "hi": "के का की है में और को से पर यह हैं ने कि एक नहीं था भी तो हो कर इस जो लिए ही या थे थी अपने साथ अब तक हम मैं वह",
}  # fmt: skip
_ENOUGH = 4  # different stop words of a language; fewer may be names, or words of another language
_FIELD = 16  # bits of a count; no language has so many stop words
_MARGIN = 1.2  # times as many as of the next language: relatives share many

_LEFT_OF_ADDRESSES = "http https www com org net html php amp nbsp utm href img jpg png"


def _tallies() -> dict[bytes, int]:
    """Return a number for each stop word, folded, that has a one in the field of each of its languages.

    The sum of such numbers holds how many words there are of each language. What is of none has a zero.
    """
    tallies = dict.fromkeys(_LEFT_OF_ADDRESSES.encode().split(), 0)
    tallies.update((b"%c" % letter, 0) for letter in b"abcdefghijklmnopqrstuvwxyz0123456789")
    for place, words in enumerate(_WORDS.values()):
        for word in set(folded(words, script_of(words)).split()):
            tallies[word] = tallies.get(word, 0) + (1 << _FIELD * place)
    return tallies


_LANGUAGES = tuple(_WORDS)
_TALLIES = _tallies()
STOPPED = frozenset(_TALLIES)
"""All stop words, and what is left of addresses when they are taken apart."""


def language_by(words: frozenset[bytes]) -> str:
    """Return the language that some different words are most likely of, as a primary subtag; "" if none is clear."""
    fields = sum(map(_TALLIES.__getitem__, STOPPED.intersection(words))).to_bytes(2 * len(_LANGUAGES), "little")
    counts = memoryview(fields).cast("H").tolist()
    most = max(counts)
    found = counts.index(most)
    counts[found] = 0
    return _LANGUAGES[found] if most >= _ENOUGH and most >= _MARGIN * max(counts) else ""
