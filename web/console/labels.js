/** What the codes of the wire are called in Chinese. A code without a name is shown as it is, never hidden. */

const PRIORITIES = { urgent: "紧急", high: "优先", normal: "普通", low: "不急" };

const REASONS = {
  safety: "人身安全",
  privacy: "信息安全",
  regulator_media: "监管媒体",
  fraud: "指责欺诈",
  compensation: "要求赔偿",
  dispute: "纠纷",
  complaint: "投诉",
  abusive: "辱骂",
  service_attitude: "不满态度",
  angry: "愤怒",
  repeated_failure: "反复未解决",
  human_request: "要求人工",
  misses: "没听懂",
  case: "需人工办理",
  bot_failure: "机器人故障",
  blocked_text: "答复被拦下",
};

const EMOTIONS = { dissatisfied: "不满", angry: "愤怒", abusive: "辱骂" };

const RISKS = {
  complaint_threat: "投诉",
  regulator_media: "监管媒体",
  compensation_claim: "索赔",
  fraud_accusation: "指责欺诈",
  safety: "人身安全",
  service_attitude: "服务态度",
  repeated_failure: "反复未解决",
  human_request: "要求人工",
  privacy: "信息安全",
  dispute: "纠纷",
};

const INTENTS = {
  greet: "打招呼", goodbye: "告别", thank: "感谢", affirm: "肯定", deny: "否定", bot_challenge: "问是不是机器人",
  urge_reply: "催回复", chitchat: "闲聊", spam_ad: "广告", provide_info: "提供信息", refund_how: "怎么申请退款",
  refund_status: "退款进度", refund_destination: "退款去向", refund_problem: "退款异常", refund_cancel: "撤销售后",
  order_cancel: "取消订单", return_policy: "退换政策", return_how: "怎么退货", return_freight: "退换运费",
  freight_insurance: "运费险", return_status: "售后进度", exchange_request: "换货", repair_warranty: "保修维修",
  reject_parcel: "拒收", shipping_time: "发货时间", delivery_time: "送达时间", logistics_status: "查物流",
  logistics_stuck: "物流停滞", not_received: "签收未收到", delivery_method: "配送方式", delivery_reschedule: "改配送时间",
  order_modify: "修改订单", price_protection: "价保", price_protection_problem: "价保异常", promotion_rule: "优惠活动",
  gift_missing: "赠品问题", invoice_request: "开发票", invoice_change: "改发票", quality_problem: "质量问题",
  damaged_parcel: "包裹破损", wrong_item: "发错货", missing_item: "少件", not_as_described: "与描述不符",
  fake_suspect: "疑似假货", usage_help: "使用安装", presale_product: "商品咨询", payment_issue: "支付问题",
  account_issue: "账号会员", human_request: "要求人工", complaint: "投诉", compensation_request: "要求赔偿",
  dispute_escalation: "纠纷升级", other: "其他",
};

const EVENTS = {
  opened: "转入人工队列", raised: "再次要求人工", queued: "重新排队", claimed: "接入", released: "释放", offered: "邀请转回智能客服",
  declined: "买家选择继续和客服沟通", returned: "转回智能客服", closed: "结束", abandoned: "买家离开队列", answer_dropped: "机器人答复作废",
};

const ENDS = { returned: "已转回智能客服", closed: "已结束", abandoned: "买家已离开" };

const ACTORS = { buyer: "买家", bot: "智能客服", system: "系统" };

const name = (table) => (code) => table[code] ?? code;

export const priorityName = name(PRIORITIES);
export const reasonName = name(REASONS);
export const intentName = name(INTENTS);
export const eventName = name(EVENTS);
export const endName = name(ENDS);
export const actorName = name(ACTORS);
/** Evidence carries emotion or risk labels. */
export const labelName = name({ ...RISKS, ...EMOTIONS });

/** The tags of a reading: intent, a mood other than calm, risks. `[]` for no reading. */
export function readingTags(reading) {
  if (!reading) return [];
  const tags = [];
  if (reading.intent) tags.push({ kind: "intent", text: intentName(reading.intent) });
  if (reading.emotion in EMOTIONS) tags.push({ kind: "emotion", text: EMOTIONS[reading.emotion] });
  for (const risk of reading.risk ?? []) tags.push({ kind: "risk", text: labelName(risk) });
  return tags.filter((tag, index) => tags.findIndex((other) => other.text === tag.text) === index);
}

/** The codes that have a name, for the test that holds them against the project's own lists. */
export const KNOWN = { intents: Object.keys(INTENTS), reasons: Object.keys(REASONS), risks: Object.keys(RISKS) };
