"""Words by which people name facet values, negate, praise and blame; read by the rules, never shown."""

from __future__ import annotations

# Words that say a value outright: they filter.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "action": ("action-packed", "action packed"),
    "adventure": ("adventurous",),
    "animation": ("animated", "cartoon", "cartoons", "anime"),
    "children": ("kids", "children's", "for children", "family film", "family movie", "family-friendly"),
    "comedy": ("comedies", "funny", "hilarious", "comedic", "sitcom"),
    "crime": ("gangster", "gangsters", "mafia", "heist"),
    "documentary": ("documentaries", "docs"),
    "drama": ("dramatic",),
    "fantasy": ("fantasies",),
    "film-noir": ("noir", "film noir"),
    "horror": ("horrors", "scary", "slasher", "slashers"),
    "musical": ("musicals",),
    "mystery": ("mysteries", "whodunit", "whodunnit"),
    "romance": ("romantic", "love story", "love stories", "rom-com", "romcom", "romances"),
    "sci-fi": ("science fiction", "scifi", "sci fi", "sf"),
    "thriller": ("suspense", "suspenseful"),
    "war": ("war film", "war movie", "war movies"),
    "western": ("cowboy", "cowboys"),
}
ALSO: dict[str, tuple[str, ...]] = {"rom-com": ("comedy",), "romcom": ("comedy",)}

# Words that suggest a value without saying it: they rank, they never filter.
HINTS: dict[str, tuple[str, ...]] = {
    "animation": ("pixar", "disney"),
    "children": ("family", "children", "child", "kid", "son", "daughter", "nephew", "niece"),
    "comedy": ("laugh", "laughs", "silly", "lighthearted", "light-hearted", "goofy", "witty"),
    "crime": ("detective", "murder", "police", "cop", "cops", "robbery", "serial killer"),
    "fantasy": ("magic", "magical", "dragon", "dragons", "wizard", "wizards", "fairy"),
    "horror": ("zombie", "zombies", "ghost", "ghosts", "haunted", "gory", "creepy", "vampire", "vampires"),
    "mystery": ("mysterious", "puzzle", "clues", "detective"),
    "romance": ("date night", "wedding", "falling in love"),
    "sci-fi": ("future", "futuristic", "space", "robot", "robots", "dystopian", "dystopia", "aliens",
               "cyberpunk", "time travel", "spaceship", "artificial intelligence"),
    "thriller": ("tense", "gripping", "edge of my seat", "twist", "twists"),
    "war": ("soldier", "soldiers", "battle", "army", "ww2", "vietnam"),
    "western": ("wild west", "sheriff"),
}  # fmt: skip

NEGATORS = (
    "no", "not", "without", "never", "nothing", "none", "don't", "dont", "do not", "doesn't", "isn't",
    "aren't", "hate", "hates", "hated", "dislike", "disliked", "avoid", "except", "excluding", "exclude",
    "anything but", "other than", "sick of", "tired of", "can't stand", "cannot stand", "less", "skip", "non",
)  # fmt: skip
CLAUSE_BREAKS = (
    "but", "however", "though", "although", "yet", "just", "only", "rather", "instead", "want", "prefer",
    "please", "because", "so", "then", "give", "show", "recommend", "suggest", "i'd", "maybe", "also",
    "after", "before", "since",
)  # fmt: skip
PRAISE = (
    r"love[ds]?|loving|lik(?:e[ds]?|ing)|enjoy(?:ed|s)?|ador(?:e[ds]?|ing)|favou?rites?|fan of|similar to|"
    r"same as|in the style of|reminds? me of|great|amazing|brilliant|awesome|fantastic|wonderful|masterpiece|"
    r"excellent|superb|into|appreciate[ds]?"
)
BLAME = (
    r"hate[ds]?|dislike[ds]?|loathe[ds]?|(?:do(?:es)?n'?t|did ?n'?t|do not|did not|does not|never|not)"
    r"(?: \w+)? (?:like[ds]?|love[ds]?|enjoy(?:ed)?|into|a fan of)|"
    r"can'?t stand|couldn'?t stand|bored? by|boring|bored me|"
    r"awful|terrible|overrated|bad|worst|disappoint(?:ing|ed)|sick of|tired of|stupid|dull|meh|"
    r"not (?:good|great|for me)|wasn'?t (?:good|great)"
)
KNOWN = r"(?:already |just |have |'ve )?(?:seen|saw|watched|own|know)\b"

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "couple of": 2, "dozen": 12,
}  # fmt: skip
DECADES = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960,
    "seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000,
}  # fmt: skip

STOP = frozenset((
    "a", "about", "after", "all", "already", "also", "am", "an", "and", "any", "anything", "are", "as",
    "at", "avoid", "be", "because", "been", "before", "best", "between", "boring", "but", "by", "can",
    "could", "did", "didn't", "dislike", "do", "does", "don't", "eight", "else", "enjoy", "enjoyed",
    "ever", "except", "fan", "favorite", "favorites", "favourite", "favourites", "feel", "feeling",
    "feels", "few", "film", "films", "find", "fine", "first", "five", "for", "four", "from", "get",
    "give", "good", "got", "great", "had", "has", "hate", "hated", "have", "he", "hello", "her", "hey",
    "hi", "him", "his", "how", "i", "i'd", "i'll", "i'm", "i've", "if", "in", "into", "is", "it",
    "it's", "its", "just", "kind", "kinda", "know", "last", "let", "like", "liked", "list", "looking",
    "lot", "love", "loved", "make", "maybe", "me", "mood", "more", "most", "movie", "movie's", "movies",
    "much", "my", "need", "new", "nine", "no", "none", "not", "nothing", "of", "off", "ok", "okay",
    "old", "on", "one", "only", "or", "other", "our", "out", "over", "past", "pick", "picks", "please",
    "prefer", "previous", "really", "recommend", "recommendation", "recommendations", "same", "see",
    "seem", "seen", "set", "seven", "she", "show", "similar", "six", "so", "some", "someone",
    "something", "sort", "stand", "style", "suggest", "suggestion", "suits", "sure", "tell", "ten",
    "than", "thanks", "that", "that's", "the", "their", "them", "then", "there", "these", "they",
    "thing", "things", "think", "this", "those", "three", "tired", "to", "today", "tonight", "too",
    "top", "two", "up", "us", "very", "want", "wanted", "was", "watch", "watched", "we", "well", "were",
    "what", "what's", "when", "which", "who", "why", "will", "with", "without", "would", "year",
    "years", "yes", "you", "your",
))  # fmt: skip
