import type { AbbreviationTable } from "./abbreviations.ts";

/** Initials and dotted letters ("z. B.", "p. ej.") need no entry: they never end a sentence but before a starter. */
export const EUROPEAN: Readonly<Record<string, AbbreviationTable>> = {
  de: {
    inside: `Dr Prof Hr Hrn Fr Frl Dipl Ing Mag Bde Hl St bzw ca vgl sog ggf evtl inkl exkl zzgl bspw insb
      insbes Tel geb gest Mio Mrd Tsd Jh allg eigtl Hrsg Red Verf Übers ehem lt max min mind gem betr urspr`,
    number: "Nr Art Abs Kap Bd Abb Tab Anm Aufl Ziff Par Jan Feb Apr Aug Sept Okt Nov Dez",
    either: "usw etc Str Co Inc Corp Ltd Jr Sr u.a u.ä usf",
    starters: `Aber Allerdings Alle Als Am An Auch Auf Aus Bei Bis Da Dabei Dafür Daher Damit Danach Dann Darauf Darum
      Das Dass Dazu Dem Den Denn Der Deshalb Die Dies Diese Dieser Dieses Doch Dort Du Durch Ein Eine Einer Er Es Für
      Heute Hier Ich Ihr Ihre Im In Jede Jeder Jedoch Man Mit Nach Nein Nicht Noch Nun Nur Ob Oder Ohne Sein Seine Seit
      Sie So Später Trotzdem Über Um Und Viele Vom Von Vor Wann Warum Was Weil Wenn Wer Wie Wir Wo Zu Zum Zur Zuerst`,
    ordinals: true,
  },
  fr: {
    inside:
      "MM Mme Mmes Mlle Mlles Me Dr Pr St Ste Mgr cf env apr av chap dir éd ex hab incl max min trad réf boul",
    number: "art no n° p pp vol fig chap sect al janv févr avr juil sept oct nov déc",
    either: "etc Cie Inc Ltd Jr Sr",
    starters: `À Ainsi Alors Après Au Aucun Aussi Avant Avec Car Ce Cela Cependant Ces Cet Cette Chaque Comme D Dans De
      Depuis Des Deux Donc Du Elle Elles En Enfin Ensuite Et Il Ils J Je L La Le Les Leur Lors Mais Même N Ne Non Notre
      Nous On Or Où Oui Par Pendant Pour Pourquoi Puis Quand Que Qui Sa Sans Selon Ses Si Son Sous Sur Tous Tout Toute
      Toutefois Un Une Voici Voilà Vous Y`,
  },
  es: {
    inside: `Sr Sra Sres Sras Srta Dr Dra Dres Prof Profa Lic Ing Arq Gral Cnel Cap Tte Sgto Mons Fr Sto Sta Dña EE Av Avda
      Pza aprox apdo cf ed Hnos`,
    number: "núm nº art arts cap pág págs vol fig tel ene feb mar abr jun jul ago sept oct nov dic",
    either: "etc Ud Uds Vd Vds Cía Inc Jr EE.UU S.A",
    starters: `A Ahora Al Algunos Además Aquí Así Aunque Cada Como Con Cuando De Desde Después Donde Durante El Ella Ellas
      Ellos En Entonces Es Esa Ese Eso Esta Estas Este Esto Estos Fue Hay Hoy La Las Le Les Lo Los Luego Mientras Muchos
      Nada Ni No Nos Nosotros Nunca O Otra Otro Para Pero Por Porque Pues Que Se Según Ser Si Sí Sin Sobre Solo Su Sus
      También Tanto Todo Todos Tras Tu Un Una Usted Y Ya Yo`,
  },
  it: {
    inside: `Sig Sigg Sig.ra Sigra Dott Dott.ssa Prof Prof.ssa Ing Avv Arch Geom Rag On Mons Gen Col Cap Ten Sen S.p.A
      ca cfr cd es`,
    number: "art artt cap n nn pag pagg vol fig sec tel genn febb apr ag sett ott nov dic",
    either: "ecc etc Inc Jr F.lli",
    starters: `A Ai Al Alla Allora Anche Ancora Che Chi Ci Come Con Così Cosa Da Dal Dalla Dei Del Della Di Dopo Dove Due E
      È Ecco Era Essi Fu Già Gli Ha I Il In Infine Io L La Le Lei Li Lo Loro Lui Ma Mentre Nel Nella Noi Non O Ogni Oggi
      Per Perché Più Poi Prima Qual Quando Quella Quello Questa Queste Questi Questo Qui Se Secondo Si Sì Sono Su Tra
      Tutti Tutto Un Una Voi`,
  },
  pt: {
    inside: `Sr Sra Srs Sras Srta Dr Dra Drs Prof Profa Eng Arq Exmo Exma Gen Cel Cap Ten Sgt Pe Sto Sta Av aprox cf
      ex ed Lda Ltda`,
    number:
      "n nº núm art arts cap pág págs vol fig tel jan fev mar abr mai jun jul ago set out nov dez",
    either: "etc Cia Inc Jr",
    starters: `A Agora Ainda Além Ao Aos Após Aqui As Assim Até Cada Com Como Da De Depois Desde Do Durante E É Ela Elas Ele
      Eles Em Então Entretanto Essa Esse Esta Este Eu Foi Hoje Isso Isto Já Logo Mais Mas Muitos Na Não Nas Nem No Nos
      Nós O Onde Os Ou Para Pela Pelo Pois Por Porém Porque Quando Que Quem São Se Segundo Sem Seu Sim Sob Sobre Sua
      Também Todo Todos Um Uma Você`,
  },
  nl: {
    inside: `dhr mevr mw dr drs ir ing mr prof ds St ca bijv bv resp vgl zgn incl excl max min mln mld o.a d.w.z m.b.t`,
    number: "nr art blz hfst afb par tel jan feb mrt apr jun jul aug sept okt nov dec",
    either: "enz etc jr sr Inc",
    starters: `Aan Al Alle Als Bij Daar Daarna Dan Dat De Deze Die Dit Door Dus Echter Een En Er Haar Heeft Het Hier Hij Hoe
      Hun Ik In Is Ja Je Maar Men Met Na Naar Nee Niet Nu Of Om Omdat Onder Ook Op Over Sinds Te Toch Toen Tot Uit Van
      Vanaf Veel Volgens Voor Waar Waarom Want Wat We Wie Wij Ze Zij Zo Zonder`,
  },
  sv: {
    inside:
      "dr prof ing bl ca dvs exkl inkl jfr kl max min milj resp s.k t.ex bl.a fr.o.m t.o.m St",
    number: "nr art s sid kap fig tel jan feb apr aug sept okt nov dec",
    either: "osv mm m.m etc jr",
    starters: `Alla Att Av Den Denna Det Detta Dessa De Då Där Därför Efter En Ett Enligt Eller Från För Han Hon Här I Idag
      Inte Ja Jag Kan Man Med Men När Nej Nu Och Om På Sedan Ska Som Så Till Trots Under Utan Vad Var Vem Vi Vid Varför`,
  },
  da: {
    inside: "dr prof ing hr fr ca dvs ekskl inkl jf kl maks min mio mia pga resp f.eks bl.a St",
    number: "nr art s kap fig tlf jan feb apr aug sept okt nov dec",
    either: "osv mv m.m m.v etc jr",
    starters: `Af Alle At De Den Denne Der Derfor Det Dette Disse Du En Efter Et Eller For Fra Han Hun Hvad Hvem Hvor Hvis
      Hvorfor I Ifølge Ikke Ja Jeg Kan Man Med Men Når Nej Nu Og Om På Siden Som Så Til Trods Under Uden Var Ved Vi`,
    ordinals: true,
  },
  no: {
    inside: "dr prof ing hr fr ca dvs ekskl inkl jf kl maks min mill mrd pga resp f.eks bl.a St",
    number: "nr art s kap fig tlf jan feb apr aug sept okt nov des",
    either: "osv mv m.m m.v etc jr",
    starters: `Av Alle At De Den Denne Der Derfor Det Dette Disse Du En Etter Et Eller For Fra Han Hun Hva Hvem Hvor Hvis
      Hvorfor I Ifølge Ikke Ja Jeg Kan Man Med Men Når Nei Nå Og Om På Siden Som Så Til Tross Under Uten Var Ved Vi`,
    ordinals: true,
  },
  fi: {
    inside: "tri prof dos ent esim huom ks ko mm ns os puh so synt tms tsto vrt yht milj mrd St",
    number: "nro art s luku kuva n",
    either: "jne ym yms etc",
    starters: `Ei Eikä Ehkä En Entä Et He Hän Ja Jo Jos Joten Kaikki Koska Kuitenkin Kukaan Kuka Kun Mikä Miksi Missä Mitä Me Mutta
      Myös Ne Niin Nyt Näin On Oli Samalla Se Sen Sitten Siksi Te Tai Tämä Tänään Vaikka Vain Vielä`,
    ordinals: true,
  },
};
