"""Filler: words of a request that carry no mood, theme or purpose."""

from __future__ import annotations

import re

STOP = frozenset(
    """
a able about above absolutely across actor actors actually add added adore adored adult adults afresh
after afternoon again aged ah alike all already alright also although always am amazing an and anew
another any anybody anyone anything anyway anywhere appropriate are aren't around artist artists as at
avoid away awesome awful back bad band bands based basically be because been before below best better
between big bit boring both bought boyfriend brand brands brilliant bucks budget but buy buying by called
came can can't cannot category certain cheap cheers child children choice choose come comes compare
compared comparison cool cos cost costing costs could could've couldn't couple course cuz dad daughter
day days decade decades decent definitely did didn't didnt difference different differently director
directors dislike disliked do does doesn't doesnt doing dollar dollars don't done dont drop each eight
either else else's enjoy enjoyed enough entire equally era eras etc euro euros even evening ever every
everyone everything everywhere exactly excellent except extremely families family fan fancy fantastic
fave favorite favorites favourite favourites feature featuring feel feeling feels few fewer film films
filter final find fine first fit fits fitting five flick flicks following for forget four from further
gave genre genres get gets getting gimme girlfriend give given go goes going gone gonna good got gotta
great guess guys had hadn't half happy has hasn't hate hated have haven't he hear heard hello help her
here hey hi him his hmm honestly hope hour hours how how's however hrs huge husband i i'd i'll i'm i've
idea ideal ideally if ignore imo in instead interested interesting into is isn't it it's item items its
just kg kid kids kilo kilos kind kinda kinds knew know knows last lately latest least less let let's lets
like liked limit limited list listen listened listening literally little lol long look looked looking
looks lot love loved lovely made main make maker makes making many max maximum may maybe me mean means
meant might min mind mine minimum mins minute minutes mom moment money month months mood mood's more
morning most movie movie's movies much mum must my myself name named names near need neither never new
next nice nine no nobody none nope nor not nothing now obviously of off often oh ok okay old on once one
one's ones only option options or other ought our ourselves out over own owned part particular
particularly past per perfect perhaps person pick picked picks picture pictures play played playing
please pls plus plz possible possibly pound pounds prefer preferably preference pretty previous price
priced prices probably proper purchase put quid quite range ranges rarely rather read reading reads
really recent recently reckon recommend recommendation recommendations recommended release released
releases releasing remember remove reset right safe same saw say says scratch second seconds secs see
seeing seem seems seen seldom series set seven several shall she she's should shouldn't show shown shows
similar similarly simply since singer singers six so solid some somebody someone something sometimes
somewhere son song songs soon sorry sort sorta sorts specific specifically spend spending stand start
starting still stuff style styles such suggest suggested suggestion suggestions suit suitable suited
suits super superb sure take taken takes teenager teens tell tells ten terrible than thank thanks that
that's the their them themselves then there there's these they they're they've thing things think third
this those though thought three through throughout thx til till times tired title titles to today today's
together tomorrow tonight tonight's too tool tools top totally track tracks true truly try trying tune
tunes tv twice two type types u uh um under unless until up upon us use used using usual usually various
versus very via vibe vibes vs wait wanna want wanted wants was wasn't watch watched watching way we we'd
we'll we're we've week weigh weighing weighs well went were weren't what what's whatever whats whatsoever
when whenever where whereas whether which whichever while who who's whole whom whose why wife wife's will
with within without won't wonder worse worst worth would wouldn't wow yeah year year-old years years-old
yep yes yesterday yet you you'd you'll you're you've your yours
""".split()
)

# Longer words are tried first, so that what is cut out leaves no halves.
STOP_ZH = re.compile(
    "|".join(
        sorted(
            """
推荐一下 推荐 介绍 有没有 有什么 有哪些 有啥 什么样 什么 哪些 哪个 哪部 哪首 怎么样 怎么 如何 可以吗
好吗 行吗 能不能 可不可以 可以 能否 能 请问 请 麻烦 帮我 帮忙 帮 给我 给 我想要 我想看 我想听 我想买
我想 想要 想看 想听 想买 想找 想 要不 不要 不想 不看 不听 需要 要 我们 你们 他们 我的 你的 我 你 您
他 她 它们? 咱们? 找个 找 来点 来一 来个 来 看看 看过 看完 看 听听 听过 听 买过 买 选 挑 一部
一首 一个 一款 一把 一本 一台 一些 一点儿? 一下 一张 一种 几部 几首 几个 几款 几把 两部 三部 部 首
款 把 电影 影片 片子 片 歌曲 歌 曲子 音乐 东西 工具 作品 那种 这种 那样 这样 那个 这个 那部 这部
那首 这首 那些 这些 那 这 的话 的 了 吧 呢 吗 啊 呀 嘛 哦 喔 哈 嗯 咯 啦 得 地 着 过 很 非常
特别 比较 更加? 最好 最 太 挺 蛮 有点儿? 稍微 一定 必须 只要 只看 只听 只 就行 就好 就 都行 都可以
都 也 还有 还要 还想 还 再来 再 又 才 刚才 刚刚 刚 已经 但是? 不过 而且 并且 然后 所以 因为 如果
或者 或 和 跟 与 以及 及 同 还是 而是 不是 是 有 没有 没 不 别 除了 以外 之外 类似于? 类似 差不多
一样 像 如 风格 类型 类 感觉 喜欢 爱看 爱听 最爱 超爱 爱 讨厌 好看 好听 好用 好的 不错 推 适合 合适
关于 讲 今晚 今天 现在 晚上 周末 时候 最近 近期 以前 以后 以上 以下 之前 之后 以内 左右 大概 大约
超过 不超过 至少 最多 便宜 贵 价格 预算 年代 年 月 块钱 块 元 分钟 公斤 小时 个 点 些 儿 里 上 下
中 在 从 到 对 为 用 让 被 比 等 其他 其它 别的 另外 换成? 改成? 换 重新 开始 随便 无所谓 全部
所有 任何 谢谢 多谢 你好 好 行 孩子们? 小孩子? 小朋友 家人 全家 一家 一起 跟着 真的 真 其实 觉得
认为 知道 希望 打算 准备 应该 可能 也许 或许 主要 尤其 尽量 大家 朋友
""".split(),
            key=len,
            reverse=True,
        )
    )
)
