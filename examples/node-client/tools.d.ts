// Tools of a Callsheet gateway, for createClient<Tools>() and connect<Tools>().
// Made from the catalogue sha256:c091257a9f3496d98e18efc0a3eced29eabcd2121a0dec3569603ad7c076e0b0
// Not to be edited; renew it with: callsheet types --tools generate_music,generate_video_script,list_voices --out <this file>

export interface Tools {
  /**
   * Compose music
   *
   * Composes instrumental background music of an exact length in one of eight moods and stores it. Synthesised here: no network, no licence to clear.
   *
   * Runs as a job: submit() it for this output; a call answers the handle of the job, unless it waits.
   */
  generate_music: { input: GenerateMusicInput; output: GenerateMusicOutput; job: true };
  /**
   * Write a video script
   *
   * Writes the narration of a short video. With a language model it writes freely; without one it takes the best sentences of source_text, or, without source_text, returns an outline of questions that contains no facts. Read "method", "grounded" and "notice" before using the result.
   */
  generate_video_script: { input: GenerateVideoScriptInput; output: GenerateVideoScriptOutput };
  /**
   * List voices
   *
   * Lists the voices for synthesize_voice and create_video. "none" makes a video told by captions and music alone, in any language.
   */
  list_voices: { input: ListVoicesInput; output: ListVoicesOutput };
}

export type GenerateMusicInput = {
  /** Beats a minute. Default: fitting the mood. Whole number, from 40 to 220. */
  bpm?: number;
  /**
   * Seconds. From 1 to 600.
   * @default 30
   */
  duration?: number;
  /**
   * wav is always there; the others need ffmpeg.
   * @default "wav"
   */
  format?: "wav" | "mp3" | "aac" | "opus" | "flac";
  /** @default "hopeful" */
  mood?: "calm" | "hopeful" | "uplifting" | "dramatic" | "dark" | "playful" | "corporate" | "lofi";
  /**
   * The project that the results are filed under. Default: the project of the call.
   * At most 64 characters, pattern ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$.
   */
  project_name?: string;
  /**
   * The same seed and arguments give the same result. Default: drawn by chance and reported.
   * Whole number, from 0 to 4294967295.
   */
  seed?: number;
  /** With wait_for_completion: wait at most this many seconds, then answer with the job. From 1 to 3600. */
  timeout_s?: number;
  /**
   * true: answer with the finished result. false: answer at once with a job to follow.
   * @default false
   */
  wait_for_completion?: boolean;
};

export type GenerateMusicOutput = {
  /** Seconds. */
  duration: number;
  format: "wav" | "mp3" | "aac" | "opus" | "flac";
  mood: "calm" | "hopeful" | "uplifting" | "dramatic" | "dark" | "playful" | "corporate" | "lofi";
  /** Asset */
  asset?: {
    asset_id: string;
    /** Whole number, at least 0. */
    bytes: number;
    /** ISO 8601. */
    created_at: string;
    kind: "image" | "video" | "audio" | "subtitle" | "text";
    mime: string;
    provider: string;
    sha256: string;
    /** Where to get it; signed, so that no header is needed. */
    url: string;
    /** Whole number. */
    channels?: number;
    /** Seconds. */
    duration?: number;
    extension?: string;
    fps?: number;
    /** Whole number. */
    height?: number;
    intermediate?: boolean;
    job_id?: string;
    model?: string;
    /** What it was made with. */
    params?: { [name: string]: unknown };
    /** Ids of the assets it was made from. */
    parents?: string[];
    project?: string;
    /** Hertz. Whole number. */
    sample_rate?: number;
    /** Whole number. */
    width?: number;
    [name: string]: unknown;
  };
  /** URL of the music; absent in a dry run. */
  audio_file?: string;
  /** Give it again to get the same piece. Whole number. */
  seed?: number;
};

export type GenerateVideoScriptInput = {
  /** What the video is about. 1 to 500 characters. */
  video_subject: string;
  /**
   * BCP 47 language tag, e.g. "en" or "zh-CN". Default: told from the text.
   * At most 35 characters, pattern ^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$.
   */
  language?: string;
  /**
   * How many paragraphs to write. Whole number, from 1 to 10.
   * @default 1
   */
  paragraph_number?: number;
  /** Further wishes. Only a language model can follow them. At most 2000 characters. */
  prompt?: string;
  /**
   * auto: the best that is there. openai: the configured OpenAI-compatible server. ollama: a local Ollama. local: no language model.
   * @default "auto"
   */
  provider?: "auto" | "openai" | "ollama" | "local";
  /**
   * Text to draw on. Without a language model the script consists of its sentences, word for word.
   * At most 200000 characters.
   */
  source_text?: string;
  /**
   * How long the narration should last, in seconds. From 5 to 600.
   * @default 35
   */
  target_duration_s?: number;
  /** E.g. "warm and curious". Only a language model can follow it. At most 200 characters. */
  tone?: string;
};

export type GenerateVideoScriptOutput = {
  /** Reading time in seconds. */
  estimated_duration: number;
  /** true only when every sentence is taken from source_text. */
  grounded: boolean;
  method: "llm" | "extractive" | "outline";
  paragraphs: string[];
  provider: string;
  scenes: {
    text: string;
    title: string;
  }[];
  /** The whole narration, paragraphs parted by blank lines. */
  script: string;
  /** Whole number, at least 0. */
  word_count: number;
  model?: string;
  /** What to know about how it was written. */
  notice?: string;
  /** Tokens as the provider reported them. */
  usage?: { [name: string]: unknown };
};

export type ListVoicesInput = {
  /**
   * Only voices that speak this language, e.g. "en".
   * At most 35 characters, pattern ^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$.
   */
  language?: string;
  /** Only voices of this provider. At most 64 characters. */
  provider?: string;
};

export type ListVoicesOutput = {
  voices: {
    gender: "female" | "male" | "none";
    name: string;
    /** Needs neither key nor network. */
    offline: boolean;
    provider: string;
    /** What to give as voice_name. */
    voice: string;
    /** How the word times came about; estimated times were computed from the text, not heard. */
    word_timings: "exact" | "phoneme" | "character" | "estimated";
    /** BCP 47; absent where any language will do. */
    language?: string;
  }[];
};
