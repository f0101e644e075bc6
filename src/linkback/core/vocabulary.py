"""Words of what is sold by links, in several languages, and how a text or a host name is searched for them.

Plain facts about junk: a word stands here when it is common in link spam and rare in what people write of
themselves. `LOUD` words say it alone, `SOFT` ones only together. Rules look for them, and so does what counts links.
"""

import re

_LOUD = """
casino casinos kasino kasyno cassino казино カジノ 赌场 賭場 娱乐城 카지노 blackjack jackpots sportsbook sportsbooks
sportwetten spielothek spielautomaten glücksspiel tragaperras gokkasten bukmacher букмекер togel judi gacor bahis
freispiele pokies freeroll freerolls sbobet фриспины パチンコ 無料スピン 博彩 百家乐 老虎机 토토 바카라 슬롯
viagra cialis levitra sildenafil tadalafil kamagra priligy potenzmittel xanax tramadol phentermine ambien modafinil
oxycodone hydroxychloroquine cenforce виагра сиалис バイアグラ シアリス 伟哥 壮阳 비아그라 garcinia
fatburner fatburners fettverbrenner diätpillen quemagrasas bruciagrassi vetverbrander жиросжигатель payday
sofortkredit chwilówki chwilówka микрозайм микрозаймы кредиты займы クレジット現金化 escort escorts callgirl
callgirls porn porno pornos xxx milf camgirls порно эскорт проститутки sexkontakte sexcam camshow アダルト
無修正 出会い系 色情 裸聊 야동 louboutin vuitton moncler реплика реплики
スーパーコピー 高仿 guestpost nulled keygen warez 被リンク 代开发票 níqueis
"""
_SOFT = """
cheap cheapest buy best online discount discounts deal deals bonus bonuses free trial purchase price prices pricing
sale sales wholesale outlet coupon coupons promo guaranteed instant provider order designer handbags rolex jerseys
poker roulette jackpot slot slots bet bets betting bookmaker bookmakers gambling lottery lotto winning baccarat pills
pharmacy generic prescription rx valium adderall steroids erectile diet keto cbd kratom vape detox loan loans lender
credit mortgage insurance refinance debt forex crypto bitcoin btc trading broker invest investment profit income earn
money cash lawyer attorney rehab plumber plumbers locksmith roofing seo agency backlink dating singles hookup sex sexy
sexe nude webcam adult essay essays essaywriting coursework dissertation ghostwriter slimming miracle testosterone
prix pillole pastillas pillen tabletki wager payout spins bono gucci sneakers erotik fremdgehen partnersuche
rencontres incontri randki escortes sexo sesso seks интим знакомства похудеть похудение ruleta roleta ruletka рулетка
слоты автоматы аптека таблетки дженерик потенция заработок продвижение раскрутка акция abnehmen dimagrire maigrir
adelgazar emagrecer afvallen odchudzanie rezeptfrei farmacia farmácia apotheek apteka nootropic nootropics gummies
supplements anabolika oakley ranking rankings suchmaschinenoptimierung vergleich günstig günstige billig kaufen
bestellen rabatt gutschein angebot kredit kredite bonuscode wetten apotheke acheter achat promotion gratuit cher
crédit pharmacie barato baratos comprar descuento gratis préstamos prestamos apuestas apostas economico acquistare
sconto offerta prestiti scommesse tanio kup tani promocja pożyczki pożyczka дешево купить скидка заказать недорого
бесплатно цена кредит займ ставки бонус goedkoop kopen korting lening krediten kostenlos schnäppchen versandkostenfrei
soldes référencement rebajas sconti prestito lenen pozycjonowanie desconto empréstimo lån ucuz bonusu murah terpercaya
bandar slotlar 购买 便宜 代购 贷款 优惠 折扣 批发 彩票 投注 赚钱 推广 激安 格安 最安値 送料無料 割引 副業 融資 稼ぐ
ブランド 通販 成人 최저가 대출
schufa スロット semaglutide 外链 knockoff knockoffs onlyfans replica replicas backlinks pagerank
"""
LOUD = frozenset(_LOUD.split())
SOFT = frozenset(_SOFT.split()) - LOUD
# Found inside of host names too, where words are not set apart: none is part of an honest word of the languages above.
INSIDE = (
    "casino", "kasino", "viagra", "sildenafil", "tadalafil", "kamagra", "tramadol", "payday", "sportsbook", "blackjack",
    "porno", "camgirl", "louboutin", "vuitton", "nootropic",
)  # fmt: skip
SELLING = LOUD | SOFT
NOTHING: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

# Scripts without blanks between words, and Korean, whose words take endings: their words are sought anywhere.
_WITHOUT_BLANKS = tuple(sorted((word for word in SELLING if word >= "\u2e80"), key=lambda word: (-len(word), word)))
_ANYWHERE = re.compile("|".join(_WITHOUT_BLANKS))
_WORD = re.compile(r"[^\W_]+")
# Most texts sell nothing, which bytes tell three times faster: all that is no letter or digit parts words there.
_SELLING_BYTES = frozenset(word.encode() for word in SELLING)
_PARTED = bytes(code if code > 127 or chr(code).isalnum() else 32 for code in range(256))
_MARKS = "“”„‘’«»–—…\u00a0"
_BEFORE_HAN = bytes(
    range(0xE3)
)  # no letter of the scripts without blanks, nor of Korean, begins with any of these bytes


def selling(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the loud and the soft words of a text, folded, each once, as they come."""
    folded = text.casefold()
    plain = folded.isascii()
    if not plain:
        for mark in _MARKS:
            folded = folded.replace(mark, " ")
    raw = folded.encode("utf-8", "replace")
    parted = raw.translate(_PARTED).split()
    some = _SELLING_BYTES.intersection(parted)
    if not some and (plain or not raw.translate(None, _BEFORE_HAN) or not _ANYWHERE.search(folded)):
        return NOTHING
    if plain:
        found = dict.fromkeys(map(bytes.decode, sorted(some, key=parted.index)))
    else:
        found = dict.fromkeys([word for word in _WORD.findall(folded) if word in SELLING])
        found |= dict.fromkeys(_ANYWHERE.findall(folded))
    return tuple([word for word in found if word in LOUD]), tuple([word for word in found if word in SOFT])


def quoted(words: tuple[str, ...], most: int = 3) -> str:
    """Return some words for a sentence: “casino”, “poker”."""
    return ", ".join(f"“{word}”" for word in words[:most])
