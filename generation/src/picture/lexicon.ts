import type { MotifName } from './gallery.ts';

/** What a motif is a picture of: `strong` words are its subject, `weak` ones only suit it; `zh` are Chinese strong words. */
export interface Vocabulary {
  readonly strong: string;
  readonly weak: string;
  readonly zh: string;
}

/** Words by motif. Inflected forms are found by their stems, so only one form of each is listed. */
export const LEXICON: Readonly<Record<MotifName, Vocabulary>> = {
  aurora: {
    strong: 'aurora arctic polar lapland scandinavia iceland solstice magnetosphere magnetic',
    weak: 'north night sky magic wonder cold light glow norway finland sweden',
    zh: '极光 北极 极地',
  },
  balloons: {
    strong: 'balloon adventure journey holiday vacation tourist dream float',
    weak: 'travel fly air freedom joy explore happy wish morning sky imagine',
    zh: '气球 旅行 冒险 梦想 假期',
  },
  'bird-flock': {
    strong: 'bird flock migrate migration geese goose swallow starling crane wing feather lake marsh wetland',
    weak: 'fly freedom evening autumn season return south path nature wild',
    zh: '鸟 候鸟 迁徙 湖 湿地',
  },
  bokeh: {
    strong: 'feeling emotion love romance celebrate party evening memory',
    weak: 'beautiful soft light warm moment heart friend hope gentle',
    zh: '爱 情感 浪漫 回忆',
  },
  bookshelf: {
    strong: 'book library read literature novel author story knowledge scholar archive poem poetry write writer',
    weak: 'learn study school education teach history wisdom university student word page language research',
    zh: '书 图书馆 阅读 知识 文学 教育 学习',
  },
  bridge: {
    strong: 'bridge engineer cable span infrastructure golden francisco construct',
    weak: 'connect build cross structure river bay link architecture steel',
    zh: '桥 工程 基础设施',
  },
  cells: {
    strong:
      'cell microbe bacteria virus biology organism microscope immune vaccine tissue stem cancer disease infection',
    weak: 'body health medicine life tiny grow doctor blood algae science plankton',
    zh: '细胞 病毒 细菌 生物 医学 健康 疫苗',
  },
  charts: {
    strong:
      'market stock invest economy economic finance profit revenue sale statistic chart inflation price budget income',
    weak: 'growth grow percent money business increase rise data number trend rate cost company dollar bank startup',
    zh: '经济 市场 投资 金融 增长 股票 数据 利润 价格',
  },
  circuit: {
    strong:
      'chip processor circuit semiconductor computer hardware electronic silicon transistor cpu gpu robot quantum',
    weak: 'technology digital machine device ai intelligence compute code software power',
    zh: '芯片 电路 半导体 计算机 电脑 机器人 硬件',
  },
  clockwork: {
    strong: 'clock time hour minute gear mechanism machine industry industrial factory calendar',
    weak: 'century year schedule work deadline history precise engine process habit routine daily decade',
    zh: '时间 时钟 机械 齿轮 工业 小时 历史',
  },
  crowd: {
    strong: 'people crowd community society team population audience citizen public human family vote democracy',
    weak: 'together everyone world social friend customer user worker child million person leader',
    zh: '人们 社会 社区 团队 人口 人类 家庭 大众',
  },
  'deep-sea': {
    strong: 'ocean sea underwater marine fish dive submarine abyss deep whale shark tuna',
    weak: 'water blue wave life creature animal explore depth salt',
    zh: '海洋 深海 大海 鱼 鲸 潜水',
  },
  dunes: {
    strong: 'desert dune sand sahara arid drought camel egypt',
    weak: 'dry heat hot sun wind africa arabia ancient wander',
    zh: '沙漠 沙丘 干旱 沙',
  },
  embers: {
    strong: 'fire flame burn wildfire ember volcano lava heat smoke blaze forge',
    weak: 'hot warm warming energy passion danger cook red destroy war temperature',
    zh: '火 火焰 燃烧 火山 热',
  },
  farmland: {
    strong: 'farm farmer field crop agriculture harvest wheat village countryside rural soil plough orchard vineyard',
    weak: 'food grow land green spring cow milk seed country earth eat',
    zh: '农场 农业 田野 农民 收获 乡村 粮食',
  },
  forest: {
    strong: 'forest tree wood woodland pine spruce deforestation rainforest timber',
    weak: 'nature wild climate carbon environment green breathe hike animal wolf bear moss',
    zh: '森林 树 树木 树林 自然',
  },
  galaxy: {
    strong: 'galaxy universe cosmos star astronomy milky supernova nebula telescope cosmic',
    weak: 'space night infinite light physics time sky distance energy',
    zh: '银河 宇宙 星系 星星 天文',
  },
  geometry: {
    strong: 'design art geometry pattern shape bauhaus modern abstract mathematics math puzzle',
    weak: 'create creative idea style form colour color logic rule system structure plan',
    zh: '设计 艺术 几何 图案 数学',
  },
  globe: {
    strong: 'world global globe earth planet country nation continent international worldwide trade',
    weak: 'climate travel internet network people language map export connect',
    zh: '世界 全球 地球 国家 国际 贸易',
  },
  helix: {
    strong: 'dna gene genome genetic molecule chemistry protein evolution heredity chromosome crispr biotech',
    weak: 'biology science life medicine body lab research species inherit',
    zh: '基因 遗传 分子 化学 进化 蛋白质',
  },
  honeycomb: {
    strong: 'bee honey hive honeycomb pollinate pollinator swarm insect beekeeper nectar wax',
    weak: 'flower work sweet colony garden queen summer',
    zh: '蜜蜂 蜂蜜 蜂巢 昆虫',
  },
  iceberg: {
    strong: 'ice iceberg glacier antarctica antarctic melt frozen greenland penguin',
    weak: 'cold climate warming sea hidden level freeze polar water',
    zh: '冰 冰山 冰川 南极 融化',
  },
  jellyfish: {
    strong: 'jellyfish bioluminescence tentacle medusa squid octopus plankton',
    weak: 'ocean sea deep glow creature drift marine strange water',
    zh: '水母 章鱼 浮游',
  },
  leaves: {
    strong: 'leaf plant jungle garden botanical tropical photosynthesis herb tea fern flower bloom',
    weak: 'green grow nature fresh organic oxygen sustainable spring health vegetable environment eco',
    zh: '叶 植物 丛林 花园 绿色 茶',
  },
  network: {
    strong: 'network internet web data connect connection algorithm artificial ai neural cloud server blockchain cyber',
    weak: 'technology digital online social communicate information share computer system software model link',
    zh: '网络 互联网 数据 人工智能 算法 连接 区块链',
  },
  neurons: {
    strong: 'brain neuron mind nerve memory think thought psychology consciousness cognitive neuroscience synapse',
    weak: 'learn sleep focus habit mental intelligence feel stress remember idea emotion',
    zh: '大脑 神经 思考 记忆 心理 意识',
  },
  'night-ridges': {
    strong: 'mountain peak alps himalaya summit ridge climb climber everest valley moon',
    weak: 'night high hike quiet calm silence nature horizon landscape height sleep rest',
    zh: '山 山脉 高山 登山 月亮',
  },
  'night-road': {
    strong: 'road car drive highway traffic vehicle speed transport truck race route commute motor',
    weak: 'fast travel journey future night electric move city path distance arrive',
    zh: '道路 汽车 公路 交通 驾驶 速度',
  },
  'paper-waves': {
    strong: 'wave flow rhythm craft paper origami relax meditate meditation breath mindfulness',
    weak: 'calm soft creative balance change peace smooth slow simple gentle',
    zh: '波浪 流动 冥想 放松 平静',
  },
  planet: {
    strong: 'planet saturn jupiter mars orbit solar astronaut satellite moon nasa alien asteroid gravity',
    weak: 'space explore star ring telescope mission sky rocket earth',
    zh: '行星 土星 火星 木星 太空 卫星 轨道',
  },
  'rain-glass': {
    strong: 'rain rainy drop window umbrella drizzle monsoon sad lonely melancholy',
    weak: 'water weather wet night city evening autumn tear coffee quiet miss',
    zh: '雨 雨天 窗 孤独 悲伤',
  },
  reef: {
    strong: 'coral reef polyp lagoon snorkel clownfish anemone barrier bleach',
    weak: 'ocean sea tropical marine fish shallow colourful colorful ecosystem diver water',
    zh: '珊瑚 礁 潟湖',
  },
  rocket: {
    strong: 'rocket launch startup spaceship spacecraft mission moonshot nasa astronaut',
    weak: 'space future begin start boost fast innovate innovation success grow ambition goal',
    zh: '火箭 发射 创业 航天 创新',
  },
  skyline: {
    strong: 'city urban skyline skyscraper building metropolis downtown office apartment tokyo york london shanghai',
    weak: 'business work street night life company people modern house rent job architecture population',
    zh: '城市 都市 高楼 大厦 上海 北京 建筑',
  },
  'snow-village': {
    strong: 'snow winter christmas village snowflake ski cottage december holiday frost home',
    weak: 'cold house family warm night gift cosy cozy year fireplace',
    zh: '雪 冬天 圣诞 村庄 家',
  },
  'sound-waves': {
    strong: 'sound music song audio voice listen podcast noise melody concert instrument radio speech vibration',
    weak: 'hear wave rhythm dance ear frequency speak artist record beat loud sing',
    zh: '声音 音乐 歌 播客 听 音频',
  },
  storm: {
    strong: 'storm lightning thunder hurricane tornado cyclone weather electricity electric voltage',
    weak: 'power energy rain wind cloud danger climate extreme crisis fear war conflict shock',
    zh: '风暴 闪电 雷 天气 台风 电',
  },
  'sunset-sea': {
    strong: 'sunset sunrise beach horizon sail sailor boat ship coast island shore dusk dawn',
    weak: 'sea ocean sun evening summer warm water calm wave holiday goodbye end hope',
    zh: '日落 日出 海滩 海岸 帆船 岛',
  },
  typography: {
    strong: 'word quote slogan headline definition language grammar alphabet',
    weak: 'say mean name called question answer',
    zh: '词 语言 标题 定义',
  },
};
