// Tools of a Callsheet gateway, for createClient<Tools>() and connect<Tools>().
// Made from the catalogue sha256:90e48bda1564fc32257563a350f85301b9d217eaf30cd92494f9774ebb231e8f
// Not to be edited; renew it with: callsheet types --tools create_video,generate_video_script --out <this file>

export interface Tools {
  /**
   * Create a video
   *
   * Makes a complete short video: narration, captions timed to the word, music, painted pictures that fit the words, mixed and encoded as H.264 MP4. Give a subject, and best also video_script, source_text or scenes. Works offline; runs as a job with progress.
   *
   * Runs as a job: submit() it for this output; a call answers the handle of the job, unless it waits.
   */
  create_video: { input: CreateVideoInput; output: CreateVideoOutput; job: true };
  /**
   * Write a video script
   *
   * Writes the narration of a short video. With a language model it writes freely; without one it takes the best sentences of source_text, or, without source_text, returns an outline of questions that contains no facts. Read "method", "grounded" and "notice" before using the result.
   */
  generate_video_script: { input: GenerateVideoScriptInput; output: GenerateVideoScriptOutput };
}

export type CreateVideoInput = {
  /** What the video is about. 1 to 500 characters. */
  video_subject: string;
  /** Mood of the music alone. Default: as "mood". */
  bgm_mood?: "calm" | "hopeful" | "uplifting" | "dramatic" | "dark" | "playful" | "corporate" | "lofi";
  /**
   * Background music: none, composed to fit the mood, or composed in a mood drawn by chance.
   * @default "generated"
   */
  bgm_type?: "none" | "generated" | "random";
  /**
   * From 0 to 1.
   * @default 0.2
   */
  bgm_volume?: number;
  /**
   * How far the music goes down while someone speaks. From 0 to 30.
   * @default 10
   */
  ducking_db?: number;
  /**
   * Frames per second.
   * @default 30
   */
  fps?: 24 | 25 | 30 | 60;
  /**
   * BCP 47 language tag, e.g. "en" or "zh-CN". Default: told from the text.
   * At most 35 characters, pattern ^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$.
   */
  language?: string;
  /**
   * Loudness of the whole by ITU-R BS.1770; platforms play −14. From -31 to -9.
   * @default -14
   */
  loudness_lufs?: number;
  /**
   * The picture changes at least this often, in seconds, at ends of sentences or words. From 1 to 60.
   * @default 4
   */
  max_clip_duration?: number;
  /** Mood of pictures and music. Default: chosen from the words. */
  mood?: "calm" | "hopeful" | "uplifting" | "dramatic" | "dark" | "playful" | "corporate" | "lofi";
  /**
   * How many paragraphs to write, when the narration is written here. Whole number, from 1 to 10.
   * @default 3
   */
  paragraph_number?: number;
  /**
   * The project that the results are filed under. Default: the project of the call.
   * At most 64 characters, pattern ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$.
   */
  project_name?: string;
  /**
   * draft is fastest and makes the largest file, high the finest picture.
   * @default "standard"
   */
  quality?: "draft" | "standard" | "high";
  /**
   * Pixels of the shorter side.
   * @default "1080p"
   */
  resolution?: "480p" | "720p" | "1080p";
  /** The narration scene by scene. Instead of video_script and source_text. 1 to 100 items. */
  scenes?: readonly {
    /** What is said. 1 to 5000 characters. */
    text: string;
    /** Default: drawn from the text. 1 to 120 characters. */
    title?: string;
  }[];
  /**
   * The same seed and arguments give the same result. Default: drawn by chance and reported.
   * Whole number, from 0 to 4294967295.
   */
  seed?: number;
  /** Text to draw the narration from. Instead of video_script and scenes. 1 to 200000 characters. */
  source_text?: string;
  /**
   * Stop early and answer what there is by then: script, terms, voice, subtitles, media (soundtrack) or render (all).
   * @default "render"
   */
  stop_after?: "script" | "terms" | "voice" | "subtitles" | "media" | "render";
  /** How captions look. */
  subtitle?: {
    /** @default "none" */
    background?: "none" | "box" | "pill";
    /** At most 9 characters, pattern ^#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$. */
    background_color?: string;
    /** Like "#ffd400". At most 7 characters, pattern ^#[0-9A-Fa-f]{6}$. */
    color?: string;
    /** Percent from the top, for position "custom". From 0 to 100. */
    custom_position?: number;
    /** @default true */
    enabled?: boolean;
    /** @default "Inter" */
    font?: "Inter" | "Inter ExtraBold" | "Inter SemiBold" | "Noto Sans SC";
    /** Pixels when the shorter side has 1080. Whole number, from 12 to 240. */
    font_size?: number;
    /** Like "#ffd400". At most 7 characters, pattern ^#[0-9A-Fa-f]{6}$. */
    highlight_color?: string;
    /** @default "word_highlight" */
    mode?: "word_highlight" | "word" | "phrase" | "sentence";
    /** @default "bottom" */
    position?: "bottom" | "center" | "top" | "custom";
    /** Like "#ffd400". At most 7 characters, pattern ^#[0-9A-Fa-f]{6}$. */
    stroke_color?: string;
    /** From 0 to 20. */
    stroke_width?: number;
  };
  /**
   * Draw captions on the picture.
   * @default true
   */
  subtitle_enabled?: boolean;
  /**
   * How long the narration should last, when it is written here. Seconds. From 5 to 600.
   * @default 35
   */
  target_duration_s?: number;
  /** With wait_for_completion: wait at most this many seconds, then answer with the job. From 1 to 3600. */
  timeout_s?: number;
  /**
   * Show the title of each scene when it begins.
   * @default true
   */
  title_cards?: boolean;
  /**
   * How one picture gives way to the next.
   * @default "fade"
   */
  transition?: "none" | "fade";
  /**
   * Shape of the picture: 9:16 for phones, 16:9 for screens, 1:1, 4:5 and 3:4 for feeds.
   * @default "9:16"
   */
  video_aspect?: "9:16" | "16:9" | "1:1" | "4:5" | "3:4";
  /**
   * The narration, word for word; blank lines part paragraphs. Instead of source_text and scenes.
   * 1 to 200000 characters.
   */
  video_script?: string;
  /**
   * A voice of list_voices; "auto"; or "none" for captions and music only. At most 64 characters.
   * @default "auto"
   */
  voice_name?: string;
  /**
   * Speed of the voice; 1 is normal. From 0.5 to 2.
   * @default 1
   */
  voice_rate?: number;
  /**
   * Loudness of the voice against the music; the whole is brought to loudness_lufs. From 0 to 1.
   * @default 1
   */
  voice_volume?: number;
  /**
   * true: answer with the finished result. false: answer at once with a job to follow.
   * @default false
   */
  wait_for_completion?: boolean;
};

export type CreateVideoOutput = {
  /** What to know about how it was made. */
  notices: string[];
  /** URL of the video. */
  result_urls: string[];
  script: {
    /** true only when every sentence is the caller’s own. */
    grounded: boolean;
    /** How the narration came about. */
    method: "given" | "llm" | "extractive" | "outline";
    provider: string;
    scenes: {
      text: string;
      title: string;
    }[];
    text: string;
    model?: string;
    notice?: string;
  };
  /** Give it again to get the same video. Whole number. */
  seed: number;
  captions?: {
    srt: Asset;
    vtt: Asset;
  };
  /** Seconds. */
  duration?: number;
  loudness?: {
    integrated_lufs: number;
    true_peak_dbtp: number;
  };
  mood?: "calm" | "hopeful" | "uplifting" | "dramatic" | "dark" | "playful" | "corporate" | "lofi";
  narration?: Asset;
  /** Only in a dry run: what would be done. */
  plan?: {
    /** Length of the video. */
    estimated_seconds: number;
    stages: ("script" | "terms" | "voice" | "captions" | "music" | "mix" | "render" | "store")[];
  };
  shots?: {
    /** Seconds. */
    end: number;
    /** What the picture shows. */
    motif: string;
    palette: string;
    /** Index of its scene. Whole number, at least 0. */
    scene: number;
    /** Seconds. */
    start: number;
  }[];
  soundtrack?: Asset;
  stopped_after?: "script" | "terms" | "voice" | "subtitles" | "media" | "render";
  /** What the video is about, for search and tags. */
  terms?: string[];
  /** How the word times came about; estimated times were computed from the text, not heard. */
  timing_quality?: "exact" | "phoneme" | "character" | "estimated";
  video?: Asset;
  /** Every word on the clock of the video. */
  words?: {
    /** Seconds. At least 0. */
    end: number;
    /** Seconds. At least 0. */
    start: number;
    /** The word with its punctuation. */
    w: string;
  }[];
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

export type Asset = {
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
