/** The sentences of an outline in one language. `{subject}` stands for the subject as the caller wrote it. */
export interface OutlinePhrases {
  readonly hook: string;
  /** In the order they are asked; as many as the time allows. */
  readonly questions: readonly string[];
  readonly close: string;
  /** What stands between two sentences. */
  readonly space: string;
}

/** By primary language. Only questions, and statements about the viewer: never one about the subject. */
export const PHRASES: Readonly<Record<string, OutlinePhrases>> = {
  en: {
    hook: 'What comes to your mind first when you hear the words: {subject}?',
    questions: [
      'Hold on to that first picture for a moment.',
      'Where did it come from: something you read, someone you met, or something you saw yourself?',
      'Now ask a second question: what would you tell a friend about it in one sentence?',
      'Which part of that sentence are you sure of, and which part is a guess?',
      'Think about the people it touches: who would answer differently from you, and why?',
      'Think about time: how might your answer have sounded ten years ago?',
      'And what would you want to find out before you make up your mind?',
      'Where could you look for an answer that you would trust?',
      'Who could you ask today, and what would your first question be?',
      'What would change your opinion?',
    ],
    close: 'Write your own question below, and let the answers begin.',
    space: ' ',
  },
  es: {
    hook: '¿Qué es lo primero que piensas cuando oyes estas palabras: {subject}?',
    questions: [
      'Quédate un momento con esa primera imagen.',
      '¿De dónde viene: de algo que leíste, de alguien que conociste o de algo que viste tú?',
      '¿Qué le contarías a un amigo en una sola frase?',
      '¿De qué parte de esa frase estás seguro, y qué parte es una suposición?',
      '¿Quién respondería de otra manera, y por qué?',
      '¿Qué te gustaría averiguar antes de formarte una opinión?',
      '¿Dónde buscarías una respuesta en la que confiar?',
    ],
    close: 'Escribe tu propia pregunta aquí abajo, y que empiecen las respuestas.',
    space: ' ',
  },
  de: {
    hook: 'Woran denkst du zuerst, wenn du diese Worte hörst: {subject}?',
    questions: [
      'Halte dieses erste Bild einen Moment fest.',
      'Woher kommt es: aus einem Text, von einem Menschen oder aus eigener Erfahrung?',
      'Was würdest du einem Freund in einem einzigen Satz erzählen?',
      'Welcher Teil dieses Satzes ist sicher, und welcher ist nur vermutet?',
      'Wer würde anders antworten als du, und warum?',
      'Was möchtest du herausfinden, bevor du dir eine Meinung bildest?',
      'Wo würdest du nach einer Antwort suchen, der du vertraust?',
    ],
    close: 'Schreib deine eigene Frage darunter, und lass die Antworten beginnen.',
    space: ' ',
  },
  fr: {
    hook: 'Quelle est votre première pensée en entendant ces mots : {subject} ?',
    questions: [
      'Gardez cette première image un instant.',
      "D'où vient-elle : d'une lecture, d'une rencontre ou de votre propre expérience ?",
      'Que diriez-vous à un ami en une seule phrase ?',
      'De quelle partie de cette phrase êtes-vous sûr, et laquelle est une supposition ?',
      'Qui répondrait autrement que vous, et pourquoi ?',
      'Que voudriez-vous découvrir avant de vous faire une opinion ?',
      'Où chercheriez-vous une réponse digne de confiance ?',
    ],
    close: 'Écrivez votre propre question ci-dessous, et que les réponses commencent.',
    space: ' ',
  },
  zh: {
    hook: '听到“{subject}”，你最先想到的是什么？',
    questions: [
      '先把这个画面留在心里。',
      '它从哪里来？是读到的、听说的，还是你亲眼见过的？',
      '如果只用一句话，你会怎样讲给朋友听？',
      '这句话里，哪一部分你能确定，哪一部分只是猜测？',
      '谁会给出和你不同的回答？为什么？',
      '在下结论之前，你最想弄清楚什么？',
      '你会去哪里寻找可以信任的答案？',
    ],
    close: '把你自己的问题写下来，让回答从这里开始。',
    space: '',
  },
};
