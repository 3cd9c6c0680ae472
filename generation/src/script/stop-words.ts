/**
 * English words that say nothing about a subject: function words, and the verbs and adverbs that fill any sentence.
 * The second half goes beyond usual stop lists because keyphrases become titles and pictures: «less than one percent» is
 * no picture.
 */
const FUNCTION_WORDS = `a about above across after again against all almost along already also although always am among an
and another any anybody anyone anything are around as at away back be became because become becomes been before began
begin being below between both but by can cannot could did do does doing done down during each either else enough even
ever every everyone everything few for from further get gets getting give given go goes going gone got had has have having
he hence her here hers herself him himself his how however i if in indeed instead into is it its itself just keep kept
last least less let like likely many may maybe me might mine more moreover most much must my myself near nearly neither
never next no nobody none nor not nothing now of off often on once one only onto or other others otherwise our ours out
over own per perhaps quite rather really said same say says see seem seems several shall she should since so some somebody
someone something sometimes somewhere soon still such than that the their theirs them themselves then there therefore
these they this those though through throughout thus till to together too toward towards under unless until up upon us
very was we well were what whatever when whenever where whether which while who whole whom whose why will with within
without would yes yet you your yours yourself`;

const FILLER_WORDS = `acre acres centimetre centimeters cent cents cost costs degree degrees dollar dollars euro euros foot feet gram
grams hectare hectares hour hours inch inches kilogram kilograms kilometer kilometers kilometre kilometres km litre litres meter
meters metre metres mile miles minute minutes month months pound pounds second seconds square store stores century centuries
decade decades ton tons tonne tonnes able actually add added adds allow allows amount amounts appear appears ask asked asks bad based best
better big bigger biggest bring brings brought build builds built call called calls came come comes cover covers covered
day days deal different easy eight entire especially exactly example fact famous far fast feel feels find finds first five
follow followed follows form forms found four full gave general generally good great grew grow growing grows grown half
happen happened happens hard help helped helps high huge hundred hundreds important include included includes including
increase keep keeps kind kinds knew know known knows large larger largest later lead leads learn learned leave left
live lives living long look looked looking looks lose loses lost lot lots low made main make makes making mean means meet
million millions billion billions move moves name named need needed needs new nine number numbers offer offers old open
part parts people percent place places play plays point possible produce produced produces provide provides put puts quarter
ran reach reaches real recent recently right rise rises run runs second set sets seven show showed shown shows simple simply
single six slow slowly small smaller smallest sort start started starts stay stays stop stops take taken takes taking tell
ten tens thing things think third thousand thousands three time times today took top tried try trying turn turned turns two
type types use used useful uses using usually want wanted wants way ways week weeks went work worked works year years`;

/** Verbs that are rarely nouns. */
const VERBS = `accept achieve affect agree appear argue arrive avoid become begin believe belong bought brought built buy carried
carries carry caught cause caused causes change changed changes choose chose chosen climb close closed compare complete
connect connects consider consist consists contain contains continue continues create created creates cross cut decide
decided define depend depends describe determine develop develops die died dies disappear discover discovered draw drew drive
drove drop eat eats encourage enjoy ensure enter escape exist exists expect explain explains face fail failed fall fell feed
feeds felt fill flew fought found gain gather gathered generate guard guards hang hangs hear heard held hit hold holds hunt
identify imagine improve improves indicate introduce invented invite involve join joined jump kill killed laid land lands
last lasted lasts lay lays listen locate maintain manage match mention met migrate notice obtain occur occurs paid pass passed
pay perform prefer prepare prevent prevents promise protect protects prove publish pull push raise reached receive recognize
reduce reduces refer reflect relate release remain remains remember remove replace represent require requires respond return
returns sail sails save seek seeks sell send sent serve serves shelter shelters sit sits sold solve speak spend spent split
spread stand stands stood suffer suggest supply support supports suppose surround survive survives teach thought threw throw
throws touch train travel travels understand visit wait walk warm warms wear win withstand wonder won write written wrote`;

/** Chinese and Japanese words of two characters and more; shorter ones are never taken. */
const UNSPACED_WORDS = `一个 一些 一种 不到 不是 不能 之一 也是 什么 他们 但是 你们 其中 其他 可以 可能 各种 因为 因此 大约 如果 它们 已经
并且 很多 我们 所以 所有 时候 是否 最先 没有 然而 然后 由于 百分 百分之 知道 第一 第二 能够 自己 虽然 许多 还有 这个 这些 这样 这种 那个
那么 那些 通过 都是 需要 ある いる する なる これ それ あれ この その あの ここ そこ ため よう こと もの とき から まで より ます です ました
でした という として について`;

/** Words that hold a sentence together; never part of a name. */
export const LINKING_WORDS: ReadonlySet<string> = new Set(FUNCTION_WORDS.split(/\s+/u));

export const STOP_WORDS: ReadonlySet<string> = new Set(
  `${FUNCTION_WORDS} ${FILLER_WORDS} ${VERBS} ${UNSPACED_WORDS}`.split(/\s+/u),
);
