import type { Mood } from '../picture/palette.ts';
import { foldWord, wordsOf } from '../script/words.ts';

/** Words by the mood they set; English and Chinese. */
const WORDS: { readonly [mood in Mood]: string } = {
  calm: `calm quiet silence sleep breathe meditation nature forest sea ocean river lake snow moon night tea garden gentle
    peace rest slow soft 平静 安静 自然 海 森林 睡眠`,
  hopeful: `hope recover restore heal grow child school learn dream help protect save plant community future begin spring
    survive cure 希望 恢复 保护 成长 未来 孩子`,
  uplifting: `win success celebrate joy sport champion record travel adventure summer sun achieve energy inspire proud
    triumph festival 成功 胜利 庆祝 旅行 冒险`,
  dramatic: `war battle storm heat drought hurricane volcano earthquake flood fire disaster empire revolution rescue race explode giant fall
    collapse danger survive ancient 战争 风暴 火山 地震 灾难`,
  dark: `death murder crime ghost horror fear plague extinct poison prison mystery secret shadow black hole dead
    corruption virus 死亡 犯罪 恐惧 黑洞 谜`,
  playful: `fun funny cat dog pet game toy candy cake comic joke party cartoon balloon monkey play clown 有趣 猫 狗 游戏 玩具`,
  corporate: `business company market product customer sales finance bank invest team office strategy software data cloud
    startup industry report revenue 企业 公司 市场 产品 投资 金融 数据`,
  lofi: `coffee study vinyl jazz cafe retro nostalgia homework notebook chill 咖啡 怀旧 夜晚`,
};

const DEFAULT: Mood = 'hopeful';

const MOOD_OF_WORD: ReadonlyMap<string, Mood> = new Map(
  (Object.keys(WORDS) as Mood[]).flatMap((mood) =>
    WORDS[mood].split(/\s+/u).map((word): [string, Mood] => [foldWord(word), mood]),
  ),
);

/** The mood that most of a text's telling words set; hopeful when there are none. */
export function moodOf(text: string): Mood {
  const counts = new Map<Mood, number>();
  for (const word of wordsOf(text.slice(0, 20_000))) {
    const mood = MOOD_OF_WORD.get(foldWord(word));
    if (mood !== undefined) counts.set(mood, (counts.get(mood) ?? 0) + 1);
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? DEFAULT;
}
