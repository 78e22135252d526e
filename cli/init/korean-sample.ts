/** Sentences of one subject each, written for this sample; `{}` stands for what differs from document to document. */
const SUBJECTS: readonly (readonly [words: readonly string[], sentences: readonly string[]])[] = [
  [
    ["봄", "여름", "가을", "겨울", "초여름", "늦가을"],
    [
      "{}이 오면 마을 앞 강가에 사람들이 모인다.",
      "아이들은 물가에서 조약돌을 줍고 어른들은 나무 그늘에 앉아 이야기를 나눈다.",
      "할머니는 {}마다 같은 자리에서 옥수수를 파신다.",
      "해가 기울면 강물이 붉게 물들고 새들이 둥지로 돌아간다.",
      "나는 그 풍경을 볼 때마다 어릴 적 친구들이 떠오른다.",
      "다음 {}에는 꼭 다시 찾아오겠다고 마음먹었다.",
    ],
  ],
  [
    ["김치찌개", "된장국", "비빔밥", "칼국수", "떡국", "잡채"],
    [
      "오늘 저녁에는 {}을 만들기로 했다.",
      "먼저 시장에 들러 싱싱한 채소와 두부를 샀다.",
      "재료를 깨끗이 씻어서 먹기 좋은 크기로 썰었다.",
      "냄비에 물을 붓고 멸치와 다시마로 국물을 우려냈다.",
      "불을 약하게 줄이고 십 분쯤 더 기다리면 {}이 완성된다.",
      "가족들이 둘러앉아 맛있게 먹는 모습을 보니 피곤이 사라졌다.",
    ],
  ],
  [
    ["도서관", "박물관", "서점", "미술관", "학교", "연구소"],
    [
      "우리 동네 {}은 언덕 위에 있다.",
      "문을 열고 들어가면 오래된 종이 냄새가 난다.",
      "직원은 친절하게 자리를 안내해 주었다.",
      "나는 창가에 앉아 역사책을 펼쳤다.",
      "책에는 백 년 전 이 도시의 모습이 자세히 적혀 있었다.",
      "{}을 나설 때는 벌써 가로등이 켜져 있었다.",
    ],
  ],
  [
    ["기차", "버스", "배", "자전거", "비행기", "지하철"],
    [
      "{} 여행을 떠나기 전날에는 잠이 잘 오지 않는다.",
      "가방에는 물과 지도와 얇은 책 한 권을 넣었다.",
      "출발 시각보다 삼십 분 먼저 도착해서 표를 확인했다.",
      "창밖으로 논과 산이 천천히 지나갔다.",
      "옆자리에 앉은 사람이 귤을 나누어 주었다.",
      "목적지에 내리자 바닷바람이 얼굴에 닿았다.",
    ],
  ],
  [
    ["컴퓨터", "망원경", "카메라", "시계", "라디오", "로봇"],
    [
      "삼촌은 고장 난 {}를 고치는 일을 좋아하신다.",
      "나사를 하나씩 풀어 작은 접시에 차례대로 놓는다.",
      "부품의 먼지를 붓으로 털고 전선이 끊어진 곳을 찾는다.",
      "납땜을 할 때는 창문을 활짝 열어 두어야 한다.",
      "한참 만에 불이 들어오자 모두 손뼉을 쳤다.",
      "버려질 뻔한 {}가 다시 움직이는 것이 신기했다.",
    ],
  ],
  [
    ["축구", "배구", "수영", "달리기", "씨름", "탁구"],
    [
      "토요일 아침마다 운동장에서 {} 연습을 한다.",
      "몸을 풀지 않고 시작하면 다치기 쉽다.",
      "감독님은 기본 자세가 가장 중요하다고 말씀하셨다.",
      "처음에는 서툴렀지만 석 달이 지나자 실력이 늘었다.",
      "대회 날 우리는 마지막까지 포기하지 않았다.",
      "이기고 지는 것보다 함께한 시간이 더 소중했다.",
    ],
  ],
];

/** Small Korean documents by file name, enough to see the whole pipeline work and far too few to learn a language. */
export function koreanSample(): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  SUBJECTS.forEach(([words, sentences], subject) => {
    words.forEach((word, index) => {
      const next = SUBJECTS[(subject + index + 1) % SUBJECTS.length]!;
      const own = sentences.map((sentence) => sentence.replaceAll("{}", word));
      const other = next[1].map((sentence) => sentence.replaceAll("{}", next[0][index]!));
      const number = String(subject * words.length + index + 1).padStart(2, "0");
      documents.set(`sample-${number}.txt`, `${own.join(" ")}\n\n${other.join(" ")}\n`);
    });
  });
  return documents;
}
