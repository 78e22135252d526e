/** A paragraph of more characters is text that speaks of such things, not a notice. */
const LONGEST_NOTICE = 240;

/** What notices contain, in small letters. */
const PHRASES = `all rights reserved
  this site uses cookies
  this website uses cookies
  we use cookies
  uses cookies to
  use of cookies
  accept all cookies
  accept cookies
  cookie policy
  cookie settings
  privacy policy
  terms of service
  terms of use
  terms and conditions
  enable javascript
  javascript is disabled
  skip to content
  skip to main content
  subscribe to our newsletter
  sign up for our newsletter
  licensed under a creative commons
  available under the creative commons
  licensed under the apache license
  licensed under the mit license
  permission is hereby granted, free of charge
  무단 전재
  무단전재
  재배포 금지
  재배포금지
  저작권자 ©
  저작권자 ⓒ
  저작권자(c)
  無断転載
  無断複製
  版权所有
  版權所有
  tous droits réservés
  alle rechte vorbehalten
  todos los derechos reservados
  todos os direitos reservados
  tutti i diritti riservati
  все права защищены`
  .split("\n")
  .map((phrase) => phrase.trim().normalize("NFC"));

/** Whether a paragraph is but a notice about cookies, rights or licences, by a small list of phrases. */
export function isNotice(block: string): boolean {
  if (block.length > LONGEST_NOTICE) return false;
  const small = block.normalize("NFC").toLowerCase();
  return PHRASES.some((phrase) => small.includes(phrase));
}
