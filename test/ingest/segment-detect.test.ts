import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectLanguage, documentLanguage } from "../../stages/ingest/segment/index.ts";
import { prevailingScript } from "../../stages/ingest/segment/script.ts";
import { processorTime } from "../rig/processor-time.ts";
import { anyText } from "./any-text.ts";

const TEXTS: readonly (readonly [language: string, text: string])[] = [
  ["en", "The rain had stopped and the streets of the town were empty."],
  ["en", "Nobody answered my letters last winter."],
  ["de", "Der Regen hatte aufgehört, und die Straßen der Stadt waren leer."],
  ["fr", "La pluie avait cessé et les rues de la ville étaient vides."],
  ["es", "La lluvia había parado y las calles de la ciudad estaban vacías."],
  ["it", "La pioggia era cessata e le strade della città erano vuote."],
  ["pt", "A chuva tinha parado e as ruas da cidade estavam vazias."],
  ["nl", "De regen was opgehouden en de straten van de stad waren leeg."],
  ["sv", "Regnet hade slutat och gatorna i staden var tomma."],
  ["fi", "Sade oli lakannut, ja kaupungin kadut olivat tyhjiä."],
  ["pl", "Deszcz przestał padać, a ulice miasta były puste."],
  ["cs", "Déšť ustal a ulice města byly prázdné."],
  ["tr", "Yağmur durmuştu ve şehrin sokakları bomboştu."],
  ["vi", "Mưa đã tạnh và những con đường trong thành phố vắng tanh."],
  ["ru", "Дождь прекратился, и улицы города были пусты."],
  ["uk", "Дощ припинився, і вулиці міста були порожні."],
  ["ar", "توقف المطر وكانت شوارع المدينة خالية."],
  ["fa", "باران بند آمده بود و خیابان‌های شهر خالی بودند."],
  ["ur", "بارش رک چکی تھی اور شہر کی گلیاں خالی تھیں۔"],
  ["hi", "बारिश रुक गई थी और शहर की सड़कें खाली थीं।"],
  ["el", "Η βροχή είχε σταματήσει και οι δρόμοι της πόλης ήταν άδειοι."],
  ["he", "הגשם פסק ורחובות העיר היו ריקים."],
  ["th", "ฝนหยุดตกแล้วและถนนในเมืองก็ว่างเปล่า"],
  ["ko", "비가 그쳤고 도시의 거리는 텅 비어 있었다."],
  ["ko", "영화 The Lord of the Rings 정말 재미있게 봤습니다"],
  ["ja", "雨がやんで、町の通りには誰もいなかった。"],
  ["ja", "東京都庁舎展望室は無料です"],
  ["zh", "雨停了，城里的街道空无一人。"],
  ["zh", "這家公司在Apple App Store上架了應用程式。"],
  ["my", "မိုးတိတ်သွားပြီ။"],
  ["ka", "წვიმა შეწყდა და ქუჩები ცარიელი იყო."],
  ["hy", "Անձրևը դադարեց։"],
  ["am", "ዝናቡ ቆመ።"],
  ["bn", "বৃষ্টি থেমে গিয়েছিল।"],
  ["ta", "மழை நின்றுவிட்டது."],
  ["km", "ភ្លៀងបានឈប់ហើយ។"],
  ["und", ""],
  ["und", "12345 67.8 !!! 😀"],
  ["und", "ᚠᚢᚦᚨᚱᚲ"],
];

describe("detectLanguage", () => {
  it.each(TEXTS)("%s: %s", async (language, text) => {
    expect(await detectLanguage(text)).toBe(language);
  });

  it("says und where it cannot be sure", async () => {
    for (const text of ["xyz", "Ok", "zxcv qwer asdf", "https://example.com/the/and/of/to"])
      expect(await detectLanguage(text)).toBe("und");
  });

  it("gives any text a subtag, and the same one each time", async () => {
    await fc.assert(
      fc.asyncProperty(anyText(60), async (text) => {
        const language = await detectLanguage(text);
        expect(language).toMatch(/^[a-z]{2,3}$/);
        expect(await detectLanguage(text)).toBe(language);
      }),
      { numRuns: 300 },
    );
  });

  it("looks at a text's beginning only", async () => {
    const text = "Дождь прекратился, и улицы были пусты. ".repeat(200_000);
    const took = await processorTime(async () => expect(await detectLanguage(text)).toBe("ru"));
    expect(took).toBeLessThan(2_000);
  });
});

describe("documentLanguage", () => {
  it("looks at the middle, too: front matter may be in another language", async () => {
    const licence = "This book is for the use of anyone.";
    const french = "La pluie avait cessé et les rues de la ville étaient vides depuis longtemps.";
    const blocks = [licence.repeat(40), ...Array.from({ length: 60 }, () => french)];
    expect(await documentLanguage(blocks, "auto", undefined)).toBe("fr");
    expect(await documentLanguage(blocks.slice(0, 1), "auto", undefined)).toBe("en");
    expect(await documentLanguage(blocks, "ko", "de")).toBe("ko");
    expect(await documentLanguage(blocks, "auto", "de")).toBe("de");
  });
});

describe("the prevailing script", () => {
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

  it("is by the characters that Unicode's properties name", () => {
    const character = fc.oneof(
      fc.constantFrom(..."aé한글ㅏカあ漢字Ж1.,—ー々〇🙂𠀀𝒜ﾊ\ud800"),
      anyText(),
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 30 }), (characters) => {
        const text = characters.join("");
        const letters = count(text, /\p{L}/gu);
        const hangul = count(text, /\p{Script=Hangul}/gu);
        const kana = count(text, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
        const han = count(text, /\p{Script=Han}/gu);
        const latin = count(text, /\p{Script=Latin}/gu);
        const { script } = prevailingScript(text);
        if (letters === 0) expect(script).toBe("none");
        else if (hangul >= 0.3 * letters) expect(script).toBe("Hangul");
        else if (kana + han >= 0.2 * letters) expect(script).toBe("Han");
        else if (latin * 2 > letters) expect(script).toBe("Latin");
        else expect(script).not.toMatch(/none|Hangul|Han/);
      }),
    );
  });
});
