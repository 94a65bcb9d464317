/**
 * How `sc.exe` and `reg.exe` of a Windows in some language put things. Labels and sentences differ, and so do the blanks
 * before a colon; the numbers and the order do not. Written from reports of users in these languages, and where there was none, by translation.
 */
export interface Language {
  /** SERVICE_NAME, DISPLAY_NAME, TYPE, STATE, WIN32_EXIT_CODE, SERVICE_EXIT_CODE, CHECKPOINT, WAIT_HINT, PID, FLAGS. */
  readonly labels: readonly string[];
  /** START_TYPE, ERROR_CONTROL, BINARY_PATH_NAME, LOAD_ORDER_GROUP, TAG, DEPENDENCIES, SERVICE_START_NAME. */
  readonly configLabels: readonly string[];
  readonly failed: (call: string, code: number) => string;
  readonly success: (call: string) => string;
  readonly delayed: string;
  readonly noTriggers: (service: string) => string;
  readonly sentences: ReadonlyMap<number, string>;
  /** What reg.exe says of a key that is not there. */
  readonly noKey: string;
  readonly denied: string;
}

const english: Language = {
  labels: [
    'SERVICE_NAME',
    'DISPLAY_NAME',
    'TYPE',
    'STATE',
    'WIN32_EXIT_CODE',
    'SERVICE_EXIT_CODE',
    'CHECKPOINT',
    'WAIT_HINT',
    'PID',
    'FLAGS',
  ],
  configLabels: [
    'START_TYPE',
    'ERROR_CONTROL',
    'BINARY_PATH_NAME',
    'LOAD_ORDER_GROUP',
    'TAG',
    'DEPENDENCIES',
    'SERVICE_START_NAME',
  ],
  failed: (call, code) => `[SC] ${call} FAILED ${code}:`,
  success: (call) => `[SC] ${call} SUCCESS`,
  delayed: '(DELAYED)',
  noTriggers: (service) => `The service ${service} has not registered for any start or stop triggers.`,
  sentences: new Map([
    [5, 'Access is denied.'],
    [1051, 'A stop control has been sent to a service that other running services are dependent on.'],
    [1060, 'The specified service does not exist as an installed service.'],
    [1072, 'The specified service has been marked for deletion.'],
  ]),
  noKey: 'ERROR: The system was unable to find the specified registry key or value.',
  denied: 'ERROR: Access is denied.',
};

const german: Language = {
  ...english,
  labels: [
    'SERVICE_NAME',
    'DISPLAY_NAME',
    'TYP',
    'STATUS',
    'WIN32_EXITCODE',
    'SERVICE_EXITCODE',
    'PR\u00dcFPUNKT',
    'WARTEHINWEIS',
    'PID',
    'FLAGS',
  ],
  configLabels: [
    'STARTTYP',
    'FEHLERBEHANDLUNG',
    'BIN\u00c4RPFAD',
    'LADEREIHENFOLGE',
    'TAG',
    'ABH\u00c4NGIGKEITEN',
    'DIENSTKONTO',
  ],
  failed: (call, code) => `[SC] ${call} FEHLER ${code}:`,
  success: (call) => `[SC] ${call} ERFOLG`,
  delayed: '(VERZ\u00d6GERT)',
  noTriggers: (service) => `Der Dienst ${service} wurde f\u00fcr keine Ausl\u00f6ser registriert.`,
  sentences: new Map([
    [5, 'Zugriff verweigert'],
    [1060, 'Der angegebene Dienst ist kein installierter Dienst.'],
    [1072, 'Der angegebene Dienst wurde zum L\u00f6schen markiert.'],
  ]),
  noKey: 'FEHLER: Der angegebene Registrierungsschl\u00fcssel bzw. Wert wurde nicht gefunden.',
  denied: 'FEHLER: Zugriff verweigert',
};

const french: Language = {
  ...english,
  labels: [
    'NOM_SERVICE',
    'NOM_AFFICHAGE',
    'TYPE',
    '\u00c9TAT',
    'CODE_SORTIE_WIN32',
    'CODE_SORTIE_SERVICE',
    'POINT_DE_CONTR\u00d4LE',
    'D\u00c9LAI_ATTENTE',
    'PID',
    'INDICATEURS',
  ],
  configLabels: [
    'TYPE_D\u00c9MARRAGE',
    'CONTR\u00d4LE_ERREUR',
    'CHEMIN_BINAIRE',
    'GROUPE_ORDRE',
    'BALISE',
    'D\u00c9PENDANCES',
    'COMPTE',
  ],
  // A blank before the colon, and in the middle of a word that is one or many.
  failed: (call, code) => `[SC] ${call} \u00e9chec(s) ${code} :`,
  success: (call) => `[SC] ${call} r\u00e9ussite(s)`,
  delayed: '(DIFF\u00c9R\u00c9)',
  sentences: new Map([[1060, 'Le service sp\u00e9cifi\u00e9 n\u2019existe pas en tant que service install\u00e9.']]),
  noKey: 'ERREUR : le syst\u00e8me n\u2019a pas trouv\u00e9 la cl\u00e9 ou la valeur de Registre sp\u00e9cifi\u00e9e.',
  denied: 'ERREUR : acc\u00e8s refus\u00e9.',
};

const japanese: Language = {
  ...english,
  labels: [
    'SERVICE_NAME',
    'DISPLAY_NAME',
    '\u7a2e\u985e',
    '\u72b6\u614b',
    'WIN32_EXIT_CODE',
    'SERVICE_EXIT_CODE',
    '\u30c1\u30a7\u30c3\u30af\u30dd\u30a4\u30f3\u30c8',
    '\u5f85\u6a5f\u30d2\u30f3\u30c8',
    'PID',
    '\u30d5\u30e9\u30b0',
  ],
  success: (call) => `[SC] ${call} \u6210\u529f`,
  delayed: '\uff08\u9045\u5ef6\uff09',
  sentences: new Map([
    [
      1060,
      '\u6307\u5b9a\u3055\u308c\u305f\u30b5\u30fc\u30d3\u30b9\u306f\u30a4\u30f3\u30b9\u30c8\u30fc\u30eb\u3055\u308c\u3066\u3044\u307e\u305b\u3093\u3002',
    ],
  ]),
  noKey:
    '\u30a8\u30e9\u30fc: \u6307\u5b9a\u3055\u308c\u305f\u30ec\u30b8\u30b9\u30c8\u30ea \u30ad\u30fc\u304c\u898b\u3064\u304b\u308a\u307e\u305b\u3093\u3002',
};

/** By name. `garbled`: the bytes of another code page, as they look when they are read as UTF-8. */
export const languages = { english, german, french, japanese, garbled: garbled(german) } as const;

export type LanguageName = keyof typeof languages;

function garbled(language: Language): Language {
  const spoilt = (text: string) => text.replace(/[^ -~]/g, '\ufffd');
  return {
    ...language,
    labels: language.labels.map(spoilt),
    configLabels: language.configLabels.map(spoilt),
    delayed: spoilt(language.delayed),
    noTriggers: (service) => spoilt(language.noTriggers(service)),
    sentences: new Map([...language.sentences].map(([code, text]) => [code, spoilt(text)])),
    noKey: spoilt(language.noKey),
  };
}
