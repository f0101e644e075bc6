"""General experience: what words and features weigh before an owner taught anything. Log-odds, positive for junk.

Each table holds features by their weight, in tenths of log-odds or finer, the weights falling and the features of one
weight in the order of the alphabet. The names of features are those of traits.
"""

from collections.abc import Mapping

Weighted = Mapping[float, str]

# Of title, anchor, excerpt and author.
WORDS: Weighted = {
    1.6: "betting casino casinos cialis escort escorts forex gambling jackpot onlyfans porn porno slots viagra xxx",
    1.4: "backlinks bingo blackjack dofollow kredit kredite loans payday poker roulette togel казино кредит",
    1.2: (
        "adult bitcoin bonus bonuses crypto essay gacor guestpost hemp judi kasino kaufen levitra pharmacy pills "
        "replica seo sportsbook займ онлайн ставки"
    ),
    1.0: (
        "cbd cheap coupon dating deposit discount giveaway gratis jersey luxury oakley outlet ozempic rezeptfrei "
        "sexy slot steroids vuitton wholesale бесплатно бонус купить порно скидка オン カジ ジノ 代开 博彩 发票 "
        "赌场"
    ),
    0.7: (
        "acheter affordable agency apuestas barato billig buy comprar descuento earn earning escritorio günstig "
        "investment lender marketing mortgage offers online profit promo promotion replicas sale scommesse "
        "services trading trusted weight цена"
    ),
    0.5: "free",
    0.4: (
        "acompanhantes best click deals directory download easy guaranteed money official price prices rank "
        "ranking reviews schnäppchen sexo supplement top traffic webcam website"
    ),
    0.3: (
        "ambien angebot bets bookmaker buchmacher camgirls cash cher credit darmowa debt detox dimagrire dosage "
        "dostawa erectile erotik fatburner freeroll fremdgehen garcinia generic gratuite gucci gummies gutschein "
        "générique handbags hookup hydroxychloroquine income instant jerseys kamagra keto knockoff kup linki "
        "livraison loan meds miglior milf miracle miracoloso moncler namoro nike nootropic nude oferta ordonnance "
        "partnersuche payout pharmacie phentermine pozycjonowanie preisvergleich prescription prix profits "
        "promocja rabat rabatt refinance rolex réduction référencement sexkontakte shipping sildenafil singles "
        "sklep slimming sneakers soldes spins suchmaschinenoptimierung tadalafil tanio testosterone tramadol "
        "versandkostenfrei wager wetten xanax zarabiaj акция девушки дешево доставка заработок интим недорого "
        "продвижение проститутки раскрутка рецепта эскорт ラン リン ンク 人気 便宜 免费 割引 安値 成人 料無 最安 "
        "格安 激安 無料 约会 色情 被リ 裸聊 视频 购买 送料 通販"
    ),
    -0.3: (
        "according another article articolo ausprobiert autor autorin bemerkt blog comment earlier eintrag "
        "einverstanden entry essayé explains followup found gedanken gefragt gefunden gelernt geschrieben gestern "
        "gevonden great hier idea interessant interesting kommentar last learned lecteur lector lecture leser "
        "linked nachtrag noticed notizen reader reading recently see someone think thought thoughts tried update "
        "verlinkt weekend wochenende wondering wrote year years yesterday заметил комментарий мысли нашел "
        "согласен"
    ),
    -0.4: "artikel thanks",
    -0.5: (
        "agree author beitrag billet blogue commented danke disagree enjoyed entrada gelesen gracias grazie leer "
        "leggere lire mentioned mentions merci notes obrigado pointed quote remark reminded replied reply "
        "schreibt via автор спасибо статья читать 博客 文章 記事"
    ),
    -0.6: "webmention",
    -0.7: (
        "bug code conference debian django garden git indieweb javascript kernel library linux microformats paper "
        "photo photos pull python release rss rust sourdough static talk wiki workshop 翻訳 翻译"
    ),
}

# Of the host's name.
HOST_WORDS: Weighted = {
    1.4: "bet casino escort loans pharma pills poker porn slot slots viagra xxx",
    1.0: "backlink bookmark cheap coupon deals directory essay forex replica seo",
    0.7: "online",
    0.5: "best shop top",
    -0.4: "dev github micro notes wiki",
    -0.5: "blog",
}

# Of the address's path.
PATH_WORDS: Weighted = {
    0.8: "casino out redirect tag",
    0.4: "category page profile user",
    -0.3: "posts replies",
}

# All others.
TRAITS: Weighted = {}

PRIOR: Mapping[str, float] = {
    f"{prefix}{name}": weight
    for prefix, table in (("w:", WORDS), ("h:", HOST_WORDS), ("p:", PATH_WORDS), ("", TRAITS))
    for weight, names in table.items()
    for name in names.split()
}
