"""Words of what is sold by links, in several languages, and how a text or a host name is searched for them.

Plain facts about junk: a word stands here when it is common in link spam and rare in what people write of
themselves. `LOUD` words say it alone, `SOFT` ones only together. The one room that rules share.
"""

import re
from functools import lru_cache

REMEMBERED = 1024  # texts; anchors and host names are short

_LOUD = """
casino casinos kasino kasyno cassino казино カジノ 赌场 賭場 娱乐城 카지노 blackjack jackpots sportsbook sportsbooks
sportwetten bukmacher букмекер togel judi gacor bahis freispiele pokies baccarat 博彩 百家乐 토토 바카라
viagra cialis levitra sildenafil tadalafil kamagra priligy potenzmittel xanax tramadol phentermine ambien
modafinil oxycodone виагра сиалис
payday sofortkredit chwilówki микрозайм кредиты займы クレジット現金化
escort escorts callgirl callgirls porn porno pornos xxx milf camgirls порно эскорт проститутки アダルト 色情 야동
replica replicas louboutin реплика реплики backlinks pagerank guestpost nulled keygen warez
"""
_SOFT = """
cheap cheapest buy best online discount discounts deal deals bonus bonuses free trial purchase price prices pricing
sale sales wholesale outlet coupon coupons promo guaranteed instant provider order designer handbags rolex jerseys
poker roulette jackpot slot slots bet bets betting bookmaker bookmakers gambling lottery lotto winning baccarat
pills pharmacy generic prescription rx valium adderall steroids erectile diet keto cbd kratom vape detox
loan loans lender credit mortgage insurance refinance debt forex crypto bitcoin btc trading broker invest investment
profit income earn money cash lawyer attorney rehab plumber plumbers locksmith roofing seo agency backlink
dating singles hookup sex sexy cam adult essay essays essaywriting ghostwriter
günstig günstige billig kaufen bestellen rabatt gutschein angebot kredit kredite bonuscode wetten apotheke
acheter achat promotion gratuit cher crédit pharmacie barato baratos comprar descuento gratis préstamos prestamos
apuestas apostas economico acquistare sconto offerta prestiti scommesse tanio kup tani promocja pożyczki pożyczka
дешево купить скидка заказать недорого бесплатно цена кредит займ ставки бонус goedkoop kopen korting lening krediten
lån ucuz bonusu murah terpercaya bandar slotlar 购买 便宜 代购 贷款 激安 格安 通販 成人 최저가 대출
"""
LOUD = frozenset(_LOUD.split())
SOFT = frozenset(_SOFT.split()) - LOUD
# Found inside of host names too, where words are not set apart: none is part of an honest word of the languages above.
INSIDE = ("casino", "kasino", "viagra", "payday", "sportsbook", "blackjack", "porno")
SPACELESS = tuple(word for word in sorted(LOUD | SOFT) if word >= "\u2e80" and not "\uac00" <= word <= "\ud7a3")

_WORD = re.compile(r"[^\W_]+")


@lru_cache(REMEMBERED)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded; hyphens, dots and digits in it set them apart or stand for themselves."""
    return tuple(_WORD.findall(text.casefold()))


@lru_cache(REMEMBERED)
def selling(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the loud and the soft words of a text, each once, as they come."""
    words = words_of(text)
    found = dict.fromkeys(word for word in words if word in LOUD or word in SOFT)
    if not text.isascii():
        folded = text.casefold()
        found |= dict.fromkeys(word for word in SPACELESS if word in folded)
    return tuple(word for word in found if word in LOUD), tuple(word for word in found if word in SOFT)


def quoted(words: tuple[str, ...], most: int = 3) -> str:
    """Return some words for a sentence: “casino”, “poker”."""
    return ", ".join(f"“{word}”" for word in words[:most])
