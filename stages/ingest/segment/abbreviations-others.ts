import type { AbbreviationTable } from "./abbreviations.ts";

const RUSSIAN: AbbreviationTable = {
  inside: `тов проф доц акад ген полк кап гр гос св ул просп пер пл наб обл р-н корп кв см ср напр
    изд ред сост моб т.е т.н т.к англ фр лат греч рус ок млн млрд тыс`,
  number: "тел рис табл гл стр ст том вып разд янв февр апр авг сент окт нояб дек",
  either: "г гг в вв др пр им т.д т.п т.п и.о руб коп долл чел экз мин сек",
  starters: `А Без Были Было Был Во Вот Все Всё Вы Где Да Для До Его Если Её Ещё Есть Же За Затем Здесь Зачем И Из Или Их
    К Как Когда Кто Кроме Мы На Над Надо Наконец Например Не Нет Ни Но Ну О Об Однако Он Она Они Оно От Очень По Под
    Позже После Потом Потому Почему При Про С Сегодня Сейчас Со Так Также Там Тем Тогда То Того Только Тот Ты У Уже
    Хотя Чем Через Что Чтобы Эта Эти Это Этот Я`,
};

/** Languages whose letters are not Latin, or whose abbreviations are not those of their neighbours. */
export const OTHERS: Readonly<Record<string, AbbreviationTable>> = {
  ru: RUSSIAN,
  uk: {
    inside: `ім тов проф доц акад ген св вул просп пров пл обл буд корп кв див напр ред тел т.з т.зв англ нім лат млн млрд
      тис`,
    number:
      "тел рис табл гл стор с ст том вип розд січ лют бер квіт трав черв лип серп вер жовт лист груд",
    either: "р рр ст др т.д т.п ін грн коп",
    starters: `А Але Без Був Була Були Було В Вже Ви Він Вона Вони Воно Все Де Для До Його Її Їх За Зараз Звідси З Із І
      Й Коли Крім Ми На Не Ні Об Однак Отже Після По Потім Про Проте Та Так Також Там Тим Тоді Те Тільки Ти У Хоча Хто
      Це Ця Цей Ці Через Чи Чому Що Щоб Я Як Якщо`,
  },
  el: {
    inside: "κ κα κος κ.κ Δρ καθ αρ βλ δηλ λ.χ π.χ σελ τηλ χλμ εκ δισ στρ Αγ",
    number: "άρθρ κεφ εικ πίν τόμ παρ",
    either: "κ.λπ κλπ κ.ά κτλ κ.τ.λ π.Χ μ.Χ π.μ μ.μ",
    starters: `Αλλά Αν Από Αυτή Αυτό Αυτός Για Γιατί Δεν Εγώ Εδώ Είναι Εμείς Ενώ Επίσης Εκείνη Εκείνος Έτσι Η Ήταν Και
      Κάθε Με Μετά Μην Να Ναι Ο Όμως Οι Όταν Όχι Ποιος Πού Πώς Σε Στη Στην Στις Στο Στον Στους Σήμερα Τα Την Της Τι Τις
      Το Τον Του Τους Των Τότε Ύστερα Ως`,
  },
  tr: {
    inside: `Dr Doç Prof Av Müh Sn Yrd Öğr Alb Gen Org Yzb St bkz krş örn yy`,
    number: "no nr md mad s sf şek tel cilt böl",
    either: "vb vs Ltd Şti AŞ A.Ş Cad Sok Mah Apt Inc M.Ö M.S",
    starters: `Ama Ancak Artık Ayrıca Bana Bazı Ben Bir Biz Bu Bunlar Bunun Bütün Çok Çünkü Daha Değil Eğer Evet Fakat Hayır
      Her Hiç İçin İki İlk İşte Kim Nasıl Ne Neden O Onlar Onun Önce Öyle Sen Siz Son Sonra Şimdi Şu Ve Veya Ya Yani`,
    ordinals: true,
  },
  pl: {
    inside: `dr hab inż mgr prof lek red gen płk kpt por ks św ul al pl np tzn tzw tj wg min max mln mld tys zob por
      ew śp m.in`,
    number: "nr art par poz rozdz rys tab str s t tel",
    either: "im os r w itd itp in godz zł gr",
    starters: `A Ale Bo Był Była Było Były By Co Czy Dla Dlaczego Dlatego Do Dziś Gdy Gdzie I Ich Ja Jak Jako Jednak Jego Jej
      Jest Jeśli Już Każdy Kiedy Kto Który Ma Można My Na Nad Nie Nikt O Ob Od On Ona One Oni Ono Po Pod Podczas Potem
      Ponieważ Przed Przez Przy Są Się Tak Także Tam Tego Ten Teraz Też To Tu Ty Tylko W Wszyscy Więc Wtedy Z Za Ze Że`,
    ordinals: true,
  },
  cs: {
    inside: `dr prof doc ing mgr bc mudr judr phdr sv ul nám tř tzv např resp popř apod.n cca mil mld tis hl vl zv srov
      zejm max min`,
    number: "č čl kap obr odst str s tab tel sv roč",
    either: "atd apod r n.l st hod min Kč",
    starters: `A Aby Ale Ani Ano Avšak Bez By Byl Byla Bylo Byli Co Do Dnes Jak Jako Je Jeho Její Jejich Jen Ještě Já K Kde
      Kdo Kdyby Když Který Má Mezi Mnoho My Na Nad Ne Nebo Není O Od On Ona Oni Po Pod Podle Pokud Poté Potom Pro Proč
      Proto Před Při S Se Tak Také Tam Tato Ten Tento Teprve To Tyto U V Ve Však Všichni Vy Z Za Ze Že`,
    ordinals: true,
  },
  vi: {
    inside: "TP Tp TS ThS GS PGS BS KS LS Th ĐT ĐC vd",
    number: "số đ tr",
    either: "v.v vv",
    starters: `Anh Bà Bạn Bởi Các Cái Cô Có Con Chị Chúng Cho Còn Cùng Do Đã Đây Đến Để Điều Đó Em Hai Hãy Hiện Họ Hôm Khi
      Không Là Lúc Mà Mặc Mỗi Một Mọi Năm Nay Nếu Người Nhưng Những Nó Ông Ở Rồi Sau Sẽ Tại Tất Theo Thì Tôi Trong Trước
      Từ Tuy Và Vào Về Vì Với`,
  },
  hi: { inside: "डॉ श्री प्रो पं कु सु मो स्व", number: "सं पृ क्र", either: "", starters: "" },
};
