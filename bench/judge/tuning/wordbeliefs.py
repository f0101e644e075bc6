"""What words of the prior are believed to weigh, set by hand: the fit starts from here each time.

Each table holds words by their weight, as the prior does: positive for junk, in log-odds.
"""

from linkback.core.learner.prior import Weighted

# Of title, anchor, excerpt and author.
WORDS: Weighted = {
    1.6: ("betting casino casinos cialis escort escorts forex gambling jackpot onlyfans porn porno slots viagra xxx"),
    1.4: "backlinks bingo blackjack dofollow kredit kredite loans payday poker roulette togel казино кредит",
    1.2: (
        "adult bitcoin bonus bonuses crypto essay gacor guestpost hemp judi kasino kaufen levitra pharmacy "
        "pills replica seo sportsbook займ онлайн ставки"
    ),
    1.0: (
        "cbd cheap coupon dating deposit discount giveaway gratis jersey luxury oakley outlet ozempic "
        "rezeptfrei sexy slot steroids vuitton wholesale бесплатно бонус купить порно скидка オン カジ ジノ 代开 博彩 "
        "发票 赌场"
    ),
    0.7: (
        "acheter affordable agency apuestas barato billig buy comprar descuento earn earning escritorio "
        "günstig investment lender marketing mortgage offers online profit promo promotion replicas sale "
        "scommesse services trading trusted weight цена"
    ),
    0.4: (
        "best click deals directory download easy free guaranteed money official price prices rank ranking "
        "reviews top traffic website"
    ),
    -0.3: (
        "according another blog explains found great idea interesting last link now post read recently see "
        "someone think thought wrote year years"
    ),
    -0.5: (
        "agree article artikel author beitrag billet blogue commented danke disagree enjoyed entrada gelesen "
        "gracias grazie hier leer leggere lire mentioned mentions merci notes obrigado pointed quote reading "
        "remark reminded replied reply schreibt thanks via автор спасибо статья читать 博客 文章 記事"
    ),
    -0.7: (
        "bug code conference debian django garden git indieweb javascript kernel library linux microformats "
        "paper photo photos pull python recipe release rss rust sourdough static talk webmention wiki "
        "workshop 翻訳 翻译"
    ),
}

# Of the host's name.
HOST_WORDS: Weighted = {
    1.4: "bet casino escort loans pharma pills poker porn slot slots viagra xxx",
    1.0: "backlink bookmark cheap coupon deals directory essay forex replica seo",
    0.5: "best online shop top",
    -0.4: "blog dev github micro notes wiki",
}

# Of the address's path.
PATH_WORDS: Weighted = {
    0.8: "casino out redirect tag",
    0.4: "category page profile user",
    -0.3: "articles blog journal notes posts replies",
}
