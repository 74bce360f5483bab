"""What words around an entity say of it: the rules of :mod:`ingest.assertion`, as one table.

The kinds of rule are those of NegEx (Chapman et al., "A simple algorithm for identifying negated findings and
diseases in discharge summaries", J Biomed Inform 2001) and ConText (Harkema et al., "ConText: an algorithm for
determining negation, experiencer, and temporal status from clinical reports", J Biomed Inform 2009); the words are
collected here anew. They are English.

In a phrase ``a|b`` is either word and ``a?`` a word that may be missing; phrases stand between commas, and a comma
that is meant is written ``COMMA``. The longest phrase at a place counts, and only that.
"""

from typing import NamedTuple

FORWARD, BACKWARD = "forward", "backward"


class Trigger(NamedTuple):
    """Phrases that say ``status`` of what follows or precedes them.

    Attributes:
        status: absent, possible, hypothetical, historical or family.
        direction: Where the entities stand, seen from the phrase.
        reach: Most words between the phrase, or the last separator, and the entity's first word (last, backward).
        listing: Whether a comma or "and" is a separator, as "or" and "versus" always are; if not, a comma ends the scope.
        phrases: What is looked for.
        yields_to: The phrase says nothing where another trigger says this status of the phrase itself: "no changes
            suggestive of" is a negation, not a doubt.
    """

    status: str
    direction: str
    reach: int
    listing: bool
    phrases: str
    yields_to: str = ""


TRIGGERS = (
    Trigger(
        "absent",
        FORWARD,
        6,
        True,
        """
        no, : no|none|denies|denied, : negative|neg for, not, without, w/o, denies|denied|deny|denying, negative|neg for, never, neither, nor, none of, free of|from,
        devoid of, absence|lack of, absent, lacks|lacking, fails|failed to reveal|demonstrate|show|identify|develop,
        isn't, wasn't, aren't, weren't, doesn't, don't, didn't, hasn't, haven't, hadn't, cannot|can't see|feel|find|identify,
        ruled out for, rules|ruled out, excludes|excluded, resolution of, unremarkable for, resolved, declines|declined""",
    ),
    Trigger("absent", FORWARD, 3, False, "rather than, instead of"),
    Trigger(
        "absent",
        BACKWARD,
        6,
        True,
        """
        was|were|is|are|been|be ruled out, was|were|is|are|been excluded, was|were|is|are denied, was|were|is|are|being absent, has|have|had? resolved,
        was|were|is|are all|both|also|reportedly|otherwise? negative, disappeared, subsided, unlikely to be present,
        not been? seen|noted|found|given|performed|identified|observed|present|detected|appreciated|demonstrated|reported,
        not been? evident|visualized|visualised|administered|palpable|palpated|heard|felt|developed|occurred|encountered,
        not observed, none|no was|were? seen|noted|found|identified|reported""",
    ),
    Trigger("absent", BACKWARD, 0, False, ": no|none|denies|denied|negative|absent|neg, - free, negative, neg"),
    Trigger(
        "possible",
        FORWARD,
        6,
        False,
        """
        possible|possibly, probable|probably, perhaps, maybe, questionable, questionably, presumed|presumably|presumptive,
        may|might, could be|represent|reflect|indicate|have, suspect|suspected|suspects|suspecting, question of, questions of, doubt|doubts, doubtful, equivocal for?, unlikely,
        rule|r/o out, rule-out, r/o, to rule him|her? out, cannot|can't|could|can not? rule|exclude out?, not ruled out,
        evaluate|evaluated|evaluation|eval|assess|assessed|assessment|workup|investigate|investigated|checked for, work-up for,
        unclear|uncertain|unsure|unknown whether|if, not clear|certain|sure whether|if, whether, thought|felt|believed to be|have|represent,
        consider|considers|considered|considering, differential of, ?, highly|low suspicion for, not excluded""",
    ),
    Trigger(
        "possible",
        FORWARD,
        6,
        False,
        """
        suspicion|suspicious for|of, suspect for, concern|concerns|concerned|concerning for|about, worrisome|worry for, likely,
        consistent with, compatible with, c/w, suggests|suggest|suggested|suggesting, suggestive of, appears that, seems that,
        appears|appear|appeared|seems|seem|seemed to be|have|represent""",
        yields_to="absent",
    ),
    Trigger("possible", FORWARD, 6, False, "COMMA and? possible|possibly|probable|probably|likely|questionable"),
    Trigger(
        "possible",
        FORWARD,
        5,
        True,
        """
        differential diagnosis|diagnoses? includes|include|including|included|was|is, differential diagnosis|diagnoses? :,
        differential diagnosis|diagnoses of, versus, vs""",
    ),
    Trigger(
        "possible",
        BACKWARD,
        5,
        False,
        """
        cannot|can't be? completely|entirely? excluded|ruled out?, could|can not be? completely|entirely? excluded|ruled out?,
        not been? excluded, not been? ruled out, is|was|are|were suspected|questioned|presumed|considered|possible|probable,
        is|was|are|were|seems|appears more|most|highly|very|quite|less? likely|unlikely|questionable|doubtful,
        may|might|could be present, was|were|is|are thought|felt|believed to be, versus, vs""",
    ),
    Trigger(
        "hypothetical",
        FORWARD,
        8,
        True,
        """
        if, unless, should he|she|you|they|there|any, should the patient, in case|event of, in the event of|that, in case,
        as needed for, prn for, p.r.n. for, prophylaxis against|for, prophylactic|prophylactically for|against,
        risk|risks|chance|danger of|for|including|include|included|are|is|associated, risks and? benefits? including|include|are|of,
        possibility|possibilities of, complications including|include|such, potential complications|risks,
        watch|monitor|monitored|monitoring|watching|return|call|observe for, return to the? er|ed|clinic|hospital for|with,
        report|notify any, prevent|prevents|preventing, prevention of, to avoid, avoid, screen|screened|screening for,
        warned|educated|instructed|counseled|counselled about|of|on|regarding|that, precautions for|against,
        worries|worried|afraid|fears|fear|fearful that|of|about, in order to prevent|avoid, will be screened|tested for""",
    ),
    Trigger("hypothetical", FORWARD, 2, False, "prn, p.r.n."),
    Trigger(
        "hypothetical",
        BACKWARD,
        2,
        False,
        "prophylaxis, prevention, screening, precautions, prn, p.r.n., should occur|arise",
    ),
    Trigger(
        "historical",
        FORWARD,
        6,
        True,
        """
        history|hx|histories of|for|significant|notable, history is|was? significant|notable|remarkable|positive for|of,
        history includes|including, medical history|conditions? includes|include|including|of, h/o, pmhx?, hx,
        past medical|surgical|psychiatric? history|hx, status post, s/p, previously, previous|prior, former|formerly, remote,
        past history, used to have, treated in the past for""",
    ),
    Trigger("historical", FORWARD, 2, False, "childhood, old, in the past had?"),
    Trigger(
        "historical",
        BACKWARD,
        6,
        True,
        """
        years|year|yrs|yr|months|decade|decades ago, as a child|teenager|adolescent|infant|boy|girl, in childhood,
        in the? remote? past, in his|her youth|childhood|teens|twenties, last year, in her|a? last|previous|prior|first pregnancy,
        by history, in remission""",
    ),
    Trigger(
        "family",
        FORWARD,
        8,
        True,
        """
        mother|mother's|father|father's|mom|mom's|dad|dad's, parent|parents, sister|sister's|sisters, brother|brother's|brothers,
        sibling|siblings|sibling's, aunt|aunts|uncle|uncles|cousin|cousins|niece|nephew, grandmother|grandmother's|grandmothers,
        grandfather|grandfather's|grandfathers, grandparent|grandparents, twin, son|sons|daughter|daughters has|had|have|with|died,
        wife|husband has|had|with, relative|relatives, family history|hx of|for|is|significant|includes?, family history, fhx?, fh,
        family member|members, maternal|paternal, mgf, pgf, mgm, pgm, positive family history, familial history of?""",
    ),
    Trigger(
        "family",
        BACKWARD,
        5,
        True,
        """
        in|of his|her|the|their|a|an|both? mother|father|parents|parent|sister|brother|sisters|brothers|sibling|siblings,
        in|of his|her|the|their|a|an|two? maternal|paternal? aunt|aunts|uncle|uncles|cousin|cousins|grandmother|grandfather,
        in|of his|her|the|their|a|an? maternal|paternal? grandparents|relative|relatives|son|daughter|niece|nephew,
        in|of the? family members?, in|of a? first - degree relative|relatives, runs|run in the|his|her family,
        on his|her|the mother's|father's|maternal|paternal side""",
    ),
)

PSEUDO = """
    no change|increase|decrease|improvement|worsening|relief|response|effect|difficulty|doubt|difference|differences of|in|from|to?,
    no significant|further|interval|appreciable|statistically change|increase|improvement|worsening|difference|differences|response in|of?,
    no statistically significant difference|differences in?, no further treatment|workup|work-up|evaluation|intervention|surgery|therapy for?,
    no treatment for?, without significant? change|improvement|relief|difficulty|incident|treatment|therapy|help|assistance in|of|from?,
    rather than for, no longer be|a|an|considered, no clear|specific|other|obvious? explanation|cause|etiology|reason for|of,
    not only|just|merely|necessarily|yet, not fully|completely|entirely|well|adequately controlled|treated|resolved|explained,
    not a good? candidate for?, not changed|change|improved|improve|improving|resolved|resolve|resolving|controlled|worsened|increased,
    not respond|responded|responsive|responding|tolerate|tolerated|tolerating to?, does|did|has not? improved?,
    cannot|can't tolerate, could not tolerate, not due|related|secondary|attributed|attributable to, not caused by,
    gram negative, gram - negative, false negative, negative pressure, negative symptoms,
    day|days|week|weeks|month|months|year|years|hour history of, history of present illness, history and physical, social|present|birth|developmental|medication|smoking history, history taking,
    history is obtained|limited|unobtainable, history obtained|provided|given, per history,
    prior|previous to, previous|prior study|studies|film|films|exam|examination|ct|mri|scan|radiograph|report|visit|note|ultrasound|x,
    - old, year|years|month|months|week|weeks|day|days old, prior|previous week|weeks|month|months|day|days|night|evening|hours,
    as if, even if, risk factor|factors|stratification|assessment, at risk, low - risk, high - risk, in|on|of|since|until|by may,
    most likely to, as likely as, likely to be discharged,
    mother|father|mom|dad|parents|parent|family|sister|brother|grandmother|daughter|son reports|reported|states|stated|says|said|notes|noted,
    mother|father|mom|dad|parents|parent|family|sister|brother|grandmother|daughter|son denies|denied|brought|brings|noticed|gave|called|agreed|agrees|would|describes|describe|did|thinks|feels,
    mother|father|mom|dad|parents|family|sister|brother is|was|are|were concerned|worried|present|here|with|at|told|informed,
    by mother|father|mom|dad|parents|family, with mother|father|mom|dad|parents|family, lives with, his|her mother and father are healthy,
    family physician|doctor|practice|medicine|meeting|conference|planning, family was|is
"""
"""Phrases that look like a trigger and are none."""

STOPS = (
    (
        ("absent", "possible", "hypothetical", "historical", "family"),
        """
        but, however, nevertheless, yet, though, although, except for?, apart from, aside from, other than, ;, .COMMA,
        with the exception of, who presents|presented, which was|were|is|are? treated, whereas, while""",
    ),
    (
        ("absent",),
        """
        secondary to, due to, because of?, as the|a? cause|source|reason|etiology of|for, the? cause of, positive for,
        COMMA and? possible|possibly|probable|probably|likely|questionable, explanation for, COMMA has|had|with|positive|shows|showed|reveals|developed|we, and has|had|shows|does|did|also|positive|with,
        COMMA? and the|a|an|his|her, then, until,
        since, COMMA tolerates, from, which, COMMA who, despite, prior to, after, before, when, following""",
    ),
    (("possible",), "secondary to, causing, because of?, as the|a? cause of, the? cause of, with"),
    (("hypothetical",), "because of?, secondary to, due to, was|were noted, since, continue|continued, were|was"),
    (
        ("historical",),
        """
        presents|presented|presenting, now, currently, today, complains|complained|complaining, with residual, comes|came,
        was|is admitted|brought|seen|here|found|noted, admitted, on examination, who, this admission, has developed,
        denies|denied, and is, is on, since""",
    ),
    (
        ("family",),
        """
        patient, patient's, he, she, who is|was? healthy, COMMA his, COMMA her, the child, himself, herself, alive and well,
        social history, presents|presented, no other family""",
    ),
)
"""Words that end the scope of a trigger, with the statuses whose scope they end."""

SECTIONS = (
    ("family", r"family(?: \w+){0,2} (?:history|hx)|family|fh|f\.?h\.?x|fmhx|fam hx"),
    (
        "historical",
        r"(?:past|previous|prior)(?: [\w/&]+){0,4} (?:history|hx|problems|illnesses)|past (?:history|hx)|pmh|pmhx|psh|pshx"
        r"|(?:medical|surgical) (?:history|hx)|history of past illness",
    ),
    (
        "hypothetical",
        r"(?:\w+ (?:and )?){0,2}allerg(?:y|ies)(?: to .*)?|adverse (?:drug )?reactions"
        r"|(?:\w+ ){0,2}(?:precautions|instructions)|(?:potential )?(?:risks|complications) (?:discussed|explained)",
    ),
    ("possible", r"(?:\w+ )?differential(?: diagnos[ie]s)?|ddx|r/o|rule out"),
)
"""Headings, in lower case, with what they say of everything below them."""
