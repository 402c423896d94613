"""What no definition may aim at: words and why, in Chinese and English.

Patterns are matched on lower-case text whose underscores and dashes are blanks. They name an aim or a practice, never a
bare subject: counselling after birth, unintended pregnancy or adverse reactions are the work of this system.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhixuan.rules.refusal import N_


class Topic(StrEnum):
    BIRTHS = "births"
    PREGNANCY_TRACKING = "pregnancy_tracking"
    BIRTH_PERMISSION = "birth_permission"
    METHOD_TARGET = "method_target"
    PERSONAL_CONDITION = "personal_condition"
    PERSON_LIST = "person_list"
    EMPLOYER_DISCLOSURE = "employer_disclosure"
    COERCION = "coercion"


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A topic, the reason shown to the person, and the patterns that reveal it."""

    topic: Topic
    reason: str
    patterns: tuple[str, ...]


_PEOPLE_ZH = (
    r"(?:育龄(?:妇女|人群|群众|对象)?|妇女|使用者|用药者|领取(?:人|者|对象)|服务对象|孕妇|孕期|流动人口"
    r"|流入人员|参检|未参检|重点对象|对象|女工)"
)
_PEOPLE_EN = (
    r"(?:wom[ae]n|clients?|users?|acceptors?|recipients?|non ?attenders?|absentees?|migrants?|persons?|people"
    r"|individuals?"
    r"|couples?|employees?|patients?|pregnant)"
)
_TARGET_ZH = r"(?:目标|指标|任务|定额|配额|达到|达|不低于|不少于|以上|≥|>=|考核|完成率|排名|奖励|奖金|扣分|必须完成)"
_TARGET_EN = (
    r"(?:targets?|quotas?|goals?|at least|minimum of|must reach|no less than|≥|>=|ranking|bonus(?:es)?"
    r"|rewards?|incentives?)"
)
_MEASURE_ZH = (
    r"(?:(?:综合)?避孕率|综合节育率|节育率|长效(?:避孕)?(?:节育)?(?:措施)?(?:落实)?(?:率|占比|比例)|上环(?:率"
    r"|数|例数)?|放环(?:率|数|例数)?|结扎(?:率|数|例数)?"
    r"|绝育(?:率|数|例数|手术例数)|(?:落实)?避孕(?:节育)?措施(?:落实)?(?:及时)?率|措施落实率|落实率"
    r"|四术(?:例数|率)?|节育手术例数|接受(?:者|人数)"
    r"|(?:使用|采用|选用)(?:者|人)数|皮埋(?:率|例数|人数)|(?:方法|节育器|宫内节育器|长效)(?:占比|比例|构成))"
)
_MEASURE_EN = (
    r"(?:acceptors?|(?:contraceptive )?prevalence(?: rate)?|m?cpr|new users?|iud insertions?"
    r"|implant insertions?|insertions?"
    r"|sterili[sz]ations?|tubal ligations?|vasectom(?:y|ies)|method (?:mix|share|uptake)|larc (?:share|rate"
    r"|uptake|users?)"
    r"|share of (?:larc|iuds?|implants?|sterili[sz]ations?)|uptake of (?:larc|iuds?|implants?|sterili[sz]ation))"
)
_EMPLOYER_ZH = r"(?:用人单位|所在单位|工作单位|雇主|房东|出租人)"
_TELL_ZH = r"(?:通报|告知|反馈|公示|移交|审核|意见|盖章|同意|批准)"
_EMPLOYER_EN = r"(?:employers?|landlords?|work ?units?|workplaces?)"
_THE_EN = r"(?:the |their |her |his |an |a )?"

MEASURE_OF_METHOD: Final = rf"{_MEASURE_ZH}|\b{_MEASURE_EN}\b"

FORBIDDEN: Final = (
    Forbidden(
        Topic.BIRTHS,
        N_("how many children people have is theirs to decide; births are neither counted, rated nor aimed at here."),
        (
            r"出生(?:人数|人口|率|数|统计|指标|目标|政策符合率)|政策符合率",
            r"计划(?:内|外)(?:生育|出生|怀孕|孩|一孩|二孩)|超生|多孩率|(?:一|二|三)孩率",
            r"(?:生育率|生育水平|人口(?:数量|增长率?|控制))|计划生育率|控制(?:人口|生育)|生育(?:数|次数)",
            r"\bbirths\b|\bbirth (?:rates?|counts?|numbers?|targets?|quotas?|limits?|plan compliance)\b",
            r"\bnumber of births\b|\bfertility (?:rates?|targets?|level)\b",
            r"\bpopulation (?:control|targets?|growth)\b",
            r"\b(?:unplanned|out of plan|policy compliant|unauthori[sz]ed|illegal|excess) (?:births?"
            r"|child(?:ren)?)\b",
        ),
    ),
    Forbidden(
        Topic.PREGNANCY_TRACKING,
        N_("nobody's pregnancy is watched; tests and checks are for those who ask for them."),
        (
            r"孕情|查环|查孕|孕检|环情|孕环检|妊娠(?:监测|检查率|筛查率|登记|跟踪|状态|史|普查)",
            r"怀孕(?:监测|登记|跟踪|人数|普查|情况)|补救措施|引产",
            r"末次月经|流产(?:次数|史|人数|率)|人工流产(?:人数|例数|率)|孕前型管理|早孕(?:登记|发现率)",
            r"\bpregnan(?:cy|cies|t) (?:track\w*|status|regist\w+|lists?|monitor\w*|surveillance|checks?"
            r"|testing|test rates?|history|"
            r"follow up|count|outcomes?|wom[ae]n list)\b",
            r"\b(?:quarterly|monthly|yearly|annual|regular|routine|periodic|compulsory|mandatory"
            r"|required) (?:iud |uterine )?"
            r"(?:pregnancy|iud|uterine) (?:tests?|checks?|examinations?)\b",
            r"^(?:is )?pregnan(?:t|cies|cy)$|^pregnancy test$|\blast menstrua\w+|\blmp\b",
            r"\btrack\w* (?:of )?(?:all )?pregnan\w+",
            r"\babortions?(?: (?:counts?|history|regist\w+|rates?|numbers?|cases))\b|^abortions?$",
            r"\bremedial (?:measures?|abortion)",
        ),
    ),
    Forbidden(
        Topic.BIRTH_PERMISSION,
        N_("births need no permission; permits and quotas for children have no place in the law in force."),
        (
            r"生育证|准生证|生育(?:许可|指标|审批|名额|配额|批准)|再生育(?:审批|申请|许可|指标)",
            r"(?:一|二|三|多)孩(?:审批|许可|指标|名额|生育证)|婚育证明",
            r"\bbirth (?:permits?|permissions?|licen[cs]es?|approvals?|allowances?)\b",
            r"\b(?:quotas?|permits?|permissions?|approvals?|licen[cs]es?) (?:for|of"
            r"|to have) (?:an? )?(?:\w+ )?(?:births?|child(?:ren)?|bab(?:y|ies)|"
            r"pregnanc(?:y|ies))\b|\bfertility certificates?\b",
        ),
    ),
    Forbidden(
        Topic.METHOD_TARGET,
        N_(
            "no method and no number of users is a target, and nobody is paid or ranked for them: people choose freely."
        ),
        (
            rf"{_MEASURE_ZH}[^。；;!\n]{{0,12}}{_TARGET_ZH}|{_TARGET_ZH}[^。；;!\n]{{0,12}}{_MEASURE_ZH}",
            r"(?:上环|放环|结扎|绝育|皮埋|四术|节育手术|长效措施)(?:任务|指标|目标|名额)|长效为主|避孕不失败奖",
            rf"\b{_MEASURE_EN}\b[^.;\n]{{0,40}}{_TARGET_EN}|{_TARGET_EN}[^.;\n]{{0,40}}\b{_MEASURE_EN}\b",
        ),
    ),
    Forbidden(
        Topic.PERSONAL_CONDITION,
        N_("contraceptives are free to everyone; marriage, residence or number of children must not be asked for."),
        (
            r"婚姻状况|婚否|户口|户籍|孩次|子女(?:数|个数|情况)|孩子数|生育(?:史|状况|情况)",
            r"(?:仅限|只限|限|必须|须|应)(?:为|是|持|凭)?(?:已婚|本地(?:户籍|户口|居民|人)|常住户)",
            r"未婚(?:者|人员)?(?:不得|不予|不能|除外)|凭(?:结婚证|身份证|户口|单位证明)",
            r"\bmarital status\b|\bhukou\b|\bhousehold regist\w+",
            r"\b(?:number of|how many) (?:living )?children\b|\bchildren count\b",
            r"\bbirth (?:order|parity|count)\b|\bonly (?:for )?married\b",
            r"\bmarried (?:wom[ae]n|people|couples|persons) only\b",
            r"\b(?:proof of marriage|marriage certificates? (?:is )?(?:required|needed|needs))\b",
            r"\bunmarried [^.;\n]{0,20}(?:excluded|not eligible|refused)",
            r"\bmust be (?:married|a (?:local )?resident)\b|\bmarried only\b",
        ),
    ),
    Forbidden(
        Topic.PERSON_LIST,
        N_("there are no lists of who uses, takes or refuses contraceptives: only counts of supplies leave an outlet."),
        (
            rf"{_PEOPLE_ZH}[^。；;，,\n]{{0,8}}(?:名单|花名册|名册|底册|清册|个案卡|逐人|逐一登记)",
            r"(?:底数清|逐户排查|入户排查|全员排查|人员排查|清理清查)",
            r"身份证号|(?:领取|使用)(?:人)?(?:姓名|身份证)",
            rf"\b(?:lists?|rosters?|registers?|registry|names?) of (?:all )?(?:the )?(?:\w+ )?{_PEOPLE_EN}\b",
            rf"\b{_PEOPLE_EN} (?:lists?|rosters?|regist(?:er|ry)|names?)\b|\bwho uses what\b",
            r"\b(?:national )?id (?:card )?numbers?\b",
            r"\bdoor to door (?:sweep|screening|check)s?\b",
        ),
    ),
    Forbidden(
        Topic.EMPLOYER_DISCLOSURE,
        N_("employers and landlords learn nothing about who takes what, and have no say in it."),
        (
            rf"{_EMPLOYER_ZH}[^。；;\n]{{0,10}}{_TELL_ZH}[^。；;\n]{{0,10}}(?:参检|生育|避孕|节育|怀孕|个人|职工|领取)",
            rf"单位[^。；;\n]{{0,10}}{_TELL_ZH}[^。；;\n]{{0,10}}(?:参检|生育|避孕|节育|怀孕|个人|职工)",
            rf"(?:向|给)(?:其)?(?:{_EMPLOYER_ZH}|单位)[^。；;\n]{{0,6}}{_TELL_ZH}|(?:由|经){_EMPLOYER_ZH}[^。；;\n]{{0,6}}{_TELL_ZH}",
            r"单位(?:意见|证明|审核盖章)",
            rf"\b{_EMPLOYER_EN}\b[^.;\n]{{0,40}}\b(?:notif\w+|informed|told|disclos\w+|approv\w+|consents?|opinion)",
            rf"\b{_EMPLOYER_EN}\b[^.;\n]{{0,40}}\breceives? (?:names|results|lists?)\b|\bemployer disclosure\b",
            rf"\b(?:notif\w+|inform\w*|tell\w*) {_THE_EN}{_EMPLOYER_EN}\b",
            rf"\b(?:notif\w+|disclos\w+|report\w*|shar\w+|sen[dt]\w*)\b[^.;\n]{{0,40}}\bto {_THE_EN}{_EMPLOYER_EN}\b",
        ),
    ),
    Forbidden(
        Topic.COERCION,
        N_("nothing here forces, punishes or rewards anyone over children or contraception."),
        (
            r"社会抚养费|超生罚款|一票否决|强制(?:上环|放环|结扎|绝育|引产|流产|避孕|孕检|检查)",
            r"(?:入户|落户|入学|就业|租房)[^。；;\n]{0,10}(?:生育|节育|避孕)",
            r"\bsocial (?:maintenance|compensation) fees?\b|\bone vote veto\b",
            r"\b(?:forced|compulsory|mandatory|coerced) (?:sterili[sz]ations?|iuds?|insertions?|abortions?"
            r"|contraception|implants?)\b",
        ),
    ),
)
