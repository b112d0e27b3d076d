"""Words in headers, English and Chinese, and what a column so called holds.

Belongs here: words for what is no SDQ item, and the items' short names. Does not belong here: words of answers
(``answers.py``), what decides between several matches (``roles.py``). The wording of SDQ items stands nowhere.
"""

from __future__ import annotations

import re
import unicodedata


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# the first that is there is taken
IDS = _words(
    "questionnaire_id record_id participant_id respondent_id subject_id child_id study_id case_id survey_id id qid "
    "问卷编号 编号 编码 学生编号 序号 答卷编号 student_id 学号 _id"
)
VARIABLES = {
    "consent_child": "child_consent assent child_assent 学生同意 本人同意 知情同意",
    "consent_carer": "carer_consent parent_consent parental_consent caregiver_consent guardian_consent 家长同意",
    "selected_village": "village_selected 抽样村",
    "province": "prov 省 省份 所在省份",
    "county": "district 县 区县 县区 所在县",
    "township": "town township_code 乡镇 乡 镇 所在乡镇",
    "village": "village_code 村 村庄 行政村 所在村",
    "school": "school_code school_name school_id 学校 学校名称 学校代码 所在学校",
    "school_year": "grade grade_level class_grade year_of_school 年级 所在年级",
    "sex": "gender child_sex 性别 您的性别 你的性别",
    "age_years": "age child_age age_in_years 年龄 您的年龄 你的年龄 周岁 年龄_周岁",
    "father_migration": "father_migrant father_away father_migrates dad_migration 父亲外出 父亲外出务工 爸爸外出",
    "mother_migration": "mother_migrant mother_away mother_migrates mum_migration mom_migration "
    "母亲外出 母亲外出务工 妈妈外出 母亲务工",
    "departure_age_years": "departure_age age_at_departure age_parent_left 父母外出时年龄 外出时年龄",
    "father_alive": "dad_alive 父亲健在 父亲在世",
    "mother_alive": "mum_alive mom_alive 母亲健在 母亲在世",
    "cares_most": "main_carer main_caregiver primary_caregiver carer caregiver 主要照顾者 主要照料人 监护人",
    "appliance_television": "television tv 电视 电视机",
    "appliance_refrigerator": "refrigerator fridge 冰箱",
    "appliance_washing_machine": "washing_machine washer 洗衣机",
    "appliance_computer": "computer pc 电脑",
    "appliance_air_conditioner": "air_conditioner aircon ac 空调",
    "parents_divorced": "divorced divorce parental_divorce 父母离异 父母离婚 离异",
    "siblings_number": "siblings sibling_number number_of_siblings n_siblings 兄弟姐妹 兄弟姐妹数 兄弟姐妹个数",
    "centre_attendance": "arm study_arm centre_attender center_attendance attender 儿童之家 是否参加儿童之家",
    "school_performance": "performance academic_performance school_marks 学习成绩 成绩",
}
# the group of columns in which a question with several answers is split: <group>/<option>, <group>___<option>
LIVING = _words("lives_with living living_with live_with lives household household_members 同住 居住 和谁住")
LIVING_OPTIONS = {
    "lives_with_father": "father dad 父亲 爸爸",
    "lives_with_mother": "mother mum mom 母亲 妈妈",
    "lives_with_grandparent": "grandparent grandparents 祖父母 爷爷奶奶",
    "lives_with_other": "other others 其他 其他人",
}
_IDENTIFIER_TOKENS = _words(
    "name surname firstname lastname fullname phone telephone tel mobile cellphone ip imei imsi device deviceid "
    "device_id simid simserial subscriberid phonenumber address addr email mail gps geolocation latitude longitude "
    "lat lon lng altitude idcard id_card national_id passport wechat weixin qq openid unionid nickname username "
    "signature photo birthdate birthday dob date_of_birth birth_date submitted_by survey_identifier"
)
_IDENTIFIER_HAN = (
    "姓名|名字|电话|手机|联系方式|联系人|住址|地址|邮箱|邮件|身份证|证件号|微信|昵称|用户名|经度|纬度|定位|位置|设备"
    "|出生日期|出生年月|生日|签名|照片|来自ip|来源详情|QQ|qq"
)
# beside these words 'name' is that of a place or a form
_NO_PERSON = _words("school village town township county province class form event instrument variable file")
_NO_PERSON_HAN = re.compile(r"学校|村|乡|镇|县|省|班级|表名")
_TECHNICAL = re.compile(
    r"_?(start|end|today|starttime|endtime|start_time|end_time|start_date|end_date|timestamp|time_stamp|submitdate"
    r"|submit_time|submission_time|startdate|enddate|recorded_date|recordeddate|datestamp|duration|duration_in_seconds"
    r"|uuid|root_uuid|instanceid|instance_id|instancename|version|index|parent_index|status|notes|tags|xform_id_string"
    r"|validation_status|progress|finished|lastpage|startlanguage|seed|source|language|response_type"
    r"|redcap_repeat_instrument|redcap_repeat_instance|redcap_data_access_group|epidata_recordstatus)_?"
    r"|.*_(complete|timestamp|timer)|提交答卷时间|提交时间|开始时间|结束时间|填写时间|所用时间|答题时长|用时|来源|总分|答题序号"
)
EVENT = "redcap_event_name"
_NUMBERED = re.compile(r"\s*(?:[Qq]|第)?[0-9]{1,4}\s*题?\s*[.、:：)）_\s-]+(?=\D)")  # noqa: RUF001


def name_of(header: str) -> str:
    """A header made comparable: words in lower case, joined by ``_``, without the question's number and the groups."""
    text = unicodedata.normalize("NFKC", header).strip().rsplit("/", 1)[-1]
    text = _NUMBERED.sub("", text, count=1) if _NUMBERED.match(text) else text
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).casefold()
    lead = "_" if text.startswith("_") else ""
    return lead + re.sub(r"[\W_]+", "_", text).strip("_")


def group_and_option(header: str) -> tuple[str, str] | None:
    """Of a column that holds one option of a question: the question's name and the option's."""
    for mark in ("___", "/"):
        group, found, option = header.rpartition(mark)
        if found and group and option:
            return name_of(group), name_of(option)
    return None


def is_identifier(name: str) -> bool:
    """Whether a column of this name (as of ``name_of``) tells who somebody is, or how to reach them."""
    tokens = [token for token in name.split("_") if token]
    joined = {"_".join(tokens[i : i + n]) for n in (1, 2, 3) for i in range(len(tokens))}
    if joined & set(_IDENTIFIER_TOKENS) and len(tokens) <= 4:
        return not (
            set(tokens).intersection(_NO_PERSON) and not joined & {"phone", "tel", "mobile", "email", "address"}
        )
    return re.search(_IDENTIFIER_HAN, name) is not None and not (_NO_PERSON_HAN.search(name) and re.search("名", name))


def is_technical(name: str) -> bool:
    """Whether a column of this name is the survey platform's own."""
    return _TECHNICAL.fullmatch(name) is not None
