"""Messages that are small talk and nothing else."""

from __future__ import annotations

import re

from assistant.reading.message import MASK

_HELLO = (
    r"hi|hiya|ta|ta very much|(?:that|this)(?:'ll| will)? (?:will )?do(?: nicely)?|thanks a (?:million"
    r"|bunch|lot)(?: x+)?|x+|"
    r"hello|helo|hey+|yo|howdy|greetings|sup|good (?:morning|evening|afternoon|night|"
    r"day)|morning|evening|thanks?|sold|deal|done deal|m+h?m*|mm+|thx|ty|cheers(?: mate)?|sorted|"
    r"all sorted|mate|thank (?:you|u)|"
    r"many thanks|much appreciated|"
    r"ok(?:ay)?|k|okey|alright|all right|cool|great|nice|perfect|awesome|lovely|brilliant|"
    r"wonderful|excellent|fantastic|good|fine|sure|right|gotcha|got it|i see|understood|noted|"
    r"bye|goodbye|good ?bye|see (?:you|ya)(?: later| soon| tomorrow)?|later|ciao|take care|"
    r"have a (?:nice|good|great) (?:day|evening|one|night|weekend)|lol|lmao|haha+|hehe+|ha|wow|"
    r"oh|ah|hm+|hmm+|um+|yes|yep|yeah|yup|no|nope|nah|not really|maybe|of course|exactly|indeed|"
    r"please|never ?mind|no worries|no problem|you're welcome|sounds good|"
    r"nice to meet you|pleased to meet you|what's up|whats up|long time no see|who are you|"
    r"who're you|what are you|what(?:'s| is) your name|what can you do|what do you do|"
    r"how do you work|how does this work|how are you(?: doing)?(?: today)?|how's it going|"
    r"how is it going|help|can you help(?: me)?|are you (?:a |an )?(?:real |human|bot|robot|ai|"
    r"person|there|chatgpt|gpt|ok|okay|sure|alive|machine|computer|program)+(?: person| human)?|"
    r"do you (?:speak|understand|know) (?:chinese|english|french|german|spanish|me)|you(?:'re|"
    r" are) (?:great|awesome|the best|funny|helpful|cute|amazing|smart|very helpful|so helpful|"
    r"a star|useless|stupid|good|nice|welcome|quick|fast|clever)|well done|good (?:job|bot|work)|"
    r"i love you|that(?:'s| is| was) (?:all|it|great|nice|good|perfect|helpful|very helpful|kind|"
    r"everything|fine|enough|cool|lovely|very kind|wonderful|fantastic|brilliant|awesome|"
    r"so helpful|really helpful|what i wanted|just what i (?:needed|wanted))(?: for (?:now|"
    r"today))?|"
    r"i(?:'m| am) (?:bored|back|good|fine|done|happy|ok|okay|just testing|testing)|test|testing|"
    r"let me think|just a (?:moment|second|minute)|one moment|hold on|wait|who made you|"
    r"who built you|how old are you|where are you from|tell me about yourself|what(?:'s|"
    r" is) this|what is palate|i(?:'ll| will) (?:take|try|watch|get|buy|go with|listen to) (?:it|"
    r"that|this|that one|this one|them)|will do|deal|that works|works for me|it works|"
    r"talk (?:to you )?(?:later|soon)|until next time|good to know|"
    r"do you (?:(?:actually|even|ever|also|really|personally) )?(?:watch|read|listen to|play|cook|eat|grow|"
    r"travel|like|"
    r"enjoy|have)(?: (?:any|many|much|your own|a))?(?: (?:films?|movies?|books?|music|songs?|games?|plants?|"
    r"food|favou?rites?|"
    r"series|podcasts?|news|trips?|tools?|it|them))?(?: (?:yourself|at all|too|as well))|"
    r"what languages do you speak|can you (?:speak|understand) (?:chinese|english)|"
    r"do you have (?:feelings|a name|memory)|can you hear me|anyone there|are you listening|"
    r"do you remember me|do you learn|go on then|so|(?:that|this)(?: one|'ll|'d| will)? (?:will |'ll "
    r"|should )?keep me busy(?: \w+){0,4}|"
    r"what is this(?: place| thing| site| app)?(?: exactly| here)?|are you (?:some (?:sort|kind) of "
    r"|an? )?(?:chat ?gpt|ai|bot|robot|"
    r"person|human|machine)(?: thing)?|thanks a (?:bunch|million|ton)|how (?:clever|smart|old|good) are you"
)
_HELLO_ZH = (
    r"你好啊?|您好|嗨|哈喽|哈罗|早上好|早安|早|晚上好|下午好|中午好|晚安|谢谢(?:你|您|啦|了)?|"
    r"谢谢(?:你|您)?的?推荐|多谢|感谢|谢了|谢啦|辛苦了|好的?|好吧|好呀|好啊|好嘞|行|行吧|可以|嗯+|哦+|噢|对|对的|是|"
    r"是的|不是|不|不用|不用了|没有|没事了?|没关系|不客气|再见|拜拜|回见|回头见|下次见|明天见|"
    r"哈哈+|呵呵|嘻嘻|哇|厉害|太好了|太棒了|真棒|不错|很好|真好|挺好|棒|赞|收到|明白了?|知道了|"
    r"懂了|了解|"
    r"你是谁|你是什么|你叫什么(?:名字)?|你能(?:做|干)(?:什么|啥|些什么)|你会(?:做|干)?(?:什么|啥|"
    r"些什么)|你有什么(?:功能|用)|你是(?:机器人|人|真人|ai|人工智能)(?:吗|还是.{1,6})?|你怎么样|"
    r"你好吗|最近好吗|怎么用|帮助|帮帮我|在吗|在不在|有人吗|你真(?:好|棒|聪明|厉害|逗)|我爱你|"
    r"算了吧?|就这样吧?|没了|先这样|辛苦|你多大了?|你会说(?:中文|英文|英语)吗|(?:你是)?谁(?:做|造|"
    r"开发)的?你|等一下|等等|让我想想|你真(?:行|会|懂|有(?:品位|眼光)|贴心|可爱)|你(?:很|太|挺)(?:好|棒|聪明|"
    r"厉害|行|懂我)|不愧是你|我想想|打扰了|聊聊天吧?|无聊|好无聊|我好无聊|就它了|"
    r"就这个(?:吧|了)?|我知道了|很有帮助|帮大忙了|测试(?:一下)?"
)
_FILL = (
    r"(?:there|palate|you|u|so much|a lot|very much|again|man|mate|dude|buddy|friend|assistant|"
    r"bot|for (?:the|your|that|this|all|now|today|everything|helping)(?: (?:the|"
    r"your))?(?: (?:help|tips?|recommendations?|suggestions?|advice|picks|time|info|effort|"
    r"work))?|then|and|but|oh|well|just|guys|everyone|all|today|now|bye|indeed|my|already|very|"
    r"so|really|i guess|i think|that|this|is|was|a|the|sir|pal|really|for me|啊|呀|哦|了|啦|吧|"
    r"呢|吗|嘛|的|你|您|小助手|助手|朋友|先)"
)
_CHAT = re.compile(
    rf"\W*(?:(?:{_HELLO}|{_HELLO_ZH})(?![a-z'])(?:[\s,.!?~;:)(-]*(?:(?:{_HELLO}|{_HELLO_ZH}|"
    rf"{_FILL})(?![a-z']))?)*)\W*"
)


def is_chat(plain: str) -> bool:
    """Say whether a message is small talk and nothing else, or holds no word at all."""
    if not re.search(rf"[^\W_]|{MASK}", plain):
        return True
    return len(plain) < 200 and _CHAT.fullmatch(plain) is not None
