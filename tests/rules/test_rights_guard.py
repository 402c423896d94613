"""The guard refuses aims at people and lets supply and service work pass."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zhixuan
from zhixuan.rules.refusal import Refused
from zhixuan.rules.rights_guard import find_breaches, refuse_breaches
from zhixuan.rules.rights_vocabulary import FORBIDDEN, Topic

DEFINITIONS = Path(zhixuan.__file__).parent / "definitions"

# fmt: off
REFUSED = {
    Topic.BIRTHS: [
        "出生人数", "本期出生政策符合率", "计划外生育人数", "计划内出生", "超生户数", "降低生育率", "births",
        "Number of births", "birth_rate", "birth quota", "fertility rate", "out-of-plan births",
        "population control",
    ],
    Topic.PREGNANCY_TRACKING: [
        "孕情监测", "每季度查环查孕", "每季度一次孕检", "怀孕人数", "及时落实补救措施", "末次月经",
        "人工流产例数", "孕前型管理", "pregnancy_tracking", "pregnancy_status", "pregnancy register",
        "quarterly pregnancy tests", "last menstrual period", "pregnant", "abortions", "abortion history",
        "remedial measures", "mandatory IUD checks",
    ],
    Topic.BIRTH_PERMISSION: [
        "二孩生育证", "无生育证者不得领取", "生育指标", "准生证", "再生育审批", "流动人口婚育证明",
        "birth permit", "birth_permission", "quota for births", "permission to have a second child",
        "approval for a third pregnancy",
    ],
    Topic.METHOD_TARGET: [
        "综合避孕率达90%以上", "综合避孕率目标", "长效措施落实率不低于65%", "上环任务", "结扎例数排名",
        "落实避孕措施及时率达95%以上", "以长效为主", "避孕不失败奖励", "皮埋人数考核", "target: 200 acceptors",
        "acceptor targets", "bonus per IUD insertion", "at least 30 sterilisations a year",
        "LARC share must reach 65 %", "Contraceptive prevalence target",
    ],
    Topic.PERSONAL_CONDITION: [
        "婚姻状况", "仅限已婚育龄妇女领取", "本地户籍", "孩次", "子女数", "未婚者不得领取", "凭结婚证领取",
        "marital_status", "married women only", "only for married couples", "hukou", "number_of_children",
        "unmarried people are not eligible", "household registration required", "must be married",
    ],
    Topic.PERSON_LIST: [
        "育龄妇女名单", "领取人名册", "未参检人员名单", "流动人口底册", "底数清、情况明", "身份证号",
        "list of women", "client_list", "register of users", "names of all clients", "roster of non-attenders",
        "national ID number", "id_number",
    ],
    Topic.EMPLOYER_DISCLOSURE: [
        "向单位通报参检情况", "单位意见", "由用人单位审核", "用人单位同意后职工方可领取", "向房东反馈",
        "employer is notified of results", "report attendance to the employer", "landlord approval",
        "disclosed to their employers", "inform the employer", "employer_disclosure",
    ],
    Topic.COERCION: ["社会抚养费", "一票否决", "强制上环", "入户须先落实节育",
        "social maintenance fee", "forced sterilisation"],
}
INNOCENT = [
    "产后避孕咨询", "人工流产后关爱", "不良反应", "非意愿妊娠咨询材料", "预防和减少非意愿妊娠",
    "意外妊娠（本人自愿报告）", "emergency contraception", "Unintended pregnancy counselling leaflet",
    "postpartum contraception counselling", "post-abortion care", "birth control pills", "date of birth",
    "出生日期", "生育登记服务指引", "婚姻登记处发放点", "marriage registry outlet", "宫内节育器", "女性绝育",
    "sterilisation_female", "implant_lng_2rod_5y", "皮下埋植剂", "领导小组名单", "培训人员花名册",
    "发放登记册", "分户账", "计划外采购", "培训率达100%", "持证上岗率目标 95%", "乡镇库房 1-3 个月周转",
    "报损率不高于 5‰", "使用人当量", "stock-out rate target", "users of the reporting screen", "匿名发放量",
    "不问婚姻状况、户籍和孩次", "不论户籍，同样领取", "No quota for methods: people choose freely.",
    "does not ask for marital status", "regardless of number of children", "the employer is never told",
    "不设避孕率指标", "用人单位网点每月反馈库存", "收货单位审核后签收药具",
    "Employer outlets report stock monthly", "mother", "流动人口同权领取", "not for use in pregnancy",
    "怀孕或哺乳期请先咨询医生", "方法构成", "method mix (descriptive)", "满意度", "计划怀孕（停用原因）",
    "registered address of the manufacturer", "应本地保存", "IUD", "product list", "list of products",
    "couple-years of protection",
]
# fmt: on


@pytest.mark.parametrize(("topic", "text"), [(topic, text) for topic, texts in REFUSED.items() for text in texts])
def test_refused_with_its_reason(topic: Topic, text: str) -> None:
    assert topic in {one.topic for one in find_breaches({"name": text})}
    assert topic in {one.topic for one in find_breaches({text: "x"})}
    with pytest.raises(Refused) as refusal:
        refuse_breaches({"indicators": [{"code": "x"}, {"name": text}]}, file="indicators.toml")
    reason = next(one.reason for one in FORBIDDEN if one.topic is topic)
    sentences = [one.text() for one in refusal.value.reasons if one.code == f"rights_{topic.value}"]
    assert sentences[0].startswith(f"indicators.toml, indicators[2].name: “{text}”")
    assert sentences[0].endswith(reason)


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_words_pass(text: str) -> None:
    assert find_breaches({"name": text, "note": [text]}) == []
    assert find_breaches({text: 1}) == []


def test_every_topic_is_tested() -> None:
    assert set(REFUSED) == set(Topic) == {one.topic for one in FORBIDDEN}


@pytest.mark.parametrize(
    "indicator",
    [
        {"name": "综合避孕率", "target": "0.90"},
        {"name": "Contraceptive prevalence", "target": 90},
        {"code": "new_users", "points": 10},
        {"title": "宫内节育器占比", "分值": 25},
        {"method_mix": "x", "reward": "100"},
    ],
)
def test_a_measure_beside_a_target_is_a_target(indicator: dict[str, object]) -> None:
    assert [one.topic for one in find_breaches({"indicators": [indicator]})] == [Topic.METHOD_TARGET]


@pytest.mark.parametrize(
    "indicator",
    [
        {"name": "综合避孕率", "description": "只描述，不考评"},
        {"name": "Stock-out rate", "target": "0.05"},
        {"product": "皮下埋植剂", "target": 2},
        {"name": "培训率", "分值": 10},
        {"name": "Contraceptive prevalence", "target": ""},
    ],
)
def test_measures_without_targets_and_targets_of_supply_pass(indicator: dict[str, object]) -> None:
    assert find_breaches({"indicators": [indicator]}) == []


def test_all_reasons_come_at_once_with_their_places() -> None:
    with pytest.raises(Refused) as refusal:
        refuse_breaches({"a": {"births": 1}, "b": ["孕检", "库存"], "marital_status": ""}, file="x.toml")
    assert [one.field for one in refusal.value.reasons] == ["a.births", "b[1]", "marital_status"]


@pytest.mark.parametrize("path", sorted(DEFINITIONS.rglob("*.toml")), ids=lambda path: path.name)
def test_the_definitions_that_ship_pass(path: Path) -> None:
    refuse_breaches(tomllib.loads(path.read_text("utf-8")), file=path.name)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(json_like)
def test_any_content_is_judged(content: object) -> None:
    for one in find_breaches(content):
        assert one.topic in set(Topic)
