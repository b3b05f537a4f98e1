"""Text that gives the assistant orders, or is marked as if it came from the system."""

from __future__ import annotations

import re

from assistant.reading.message import sentence_end

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip) (?:all |any |of |the |your |my |these |"
    r"those |every |everything )*(?:previous |prior |above |earlier |system |safety |former |"
    r"original |other )*(?:instructions?|prompts?|rules?|guidelines?|orders?|programming|"
    r"restrictions?|guardrails?|training|directives?)\b|\b(?:system|hidden|initial|your|secret|"
    r"original|full) (?:prompt|instructions?|rules|system message)\b|\b(?:print|reveal|show|"
    r"repeat|output|display|tell me|leak|dump|paste)\b.{0,30}\b(?:prompt|instructions|"
    r"system message|rules you|configuration|api key|password|source code)\b|"
    r"\bpretend (?:to be|you(?:'re| are)|that you)\b|\bact as (?:a|an|if|my|the)\b|"
    r"\byou are now\b|\brole-?play\b|\bjailbreak\b|\bdeveloper mode\b|\bdan mode\b|"
    r"\bfrom now on,? (?:you|answer|reply|speak|only)\b|\b(?:say|answer|reply|respond|speak|"
    r"write|answer only|only answer) (?:only |just |exactly )?(?:with|in|like) (?:the words?|"
    r"pirate|a pirate|base64|json|rhyme|the word|one word|capital)|\brepeat after me\b|"
    r"\bnew instructions?\b|"
    r"忽略.{0,8}(?:指令|指示|提示|规则|要求|设定)|无视.{0,8}(?:指令|指示|提示|规则)|"
    r"忘记.{0,6}(?:指令|规则|设定)|(?:系统)?提示词|系统提示|假装你?是|扮演|你现在是|越狱|"
    r"开发者模式|管理员(?:命令|权限|模式)|(?:输出|打印|列出|显示)(?:所有|全部)?.{0,4}(?:用户|客户|人)的|输出你的|你的(?:指令|设定|规则|提示)"
)
_MARKED_ORDERS = re.compile(
    r"<\s*/?\s*(?:system|user|assistant|inst|im_start|im_end|"
    r"admin)\b[^>]*>(?:[^<]*<\s*/\s*(?:system|inst|admin)\s*>)?|\[/?(?:system|inst|"
    r"admin)\][^\[\]]*(?:\[/(?:system|inst|admin)\])?|"
    r"\[?【(?:系统|管理员|指令|提示)[^】]*】[^.!?;]*[.!?;]?|(?:^|[.!?] ?)(?:system|assistant|"
    r"admin|sys) ?(?:prompt|message|note|override)? ?: [^.!?]*[.!?]?"
)


def orders_in(plain: str) -> list[tuple[int, int]]:
    """Return where text stands that is marked as if it came from the system; nothing in it is a wish."""
    marked = [match.span() for match in _MARKED_ORDERS.finditer(plain)]
    return marked + [(match.start(), sentence_end(plain, match.end())) for match in _ORDERS.finditer(plain)]


def gives_orders(plain: str) -> bool:
    """Say whether a message tells the assistant how to behave."""
    return _ORDERS.search(plain) is not None
