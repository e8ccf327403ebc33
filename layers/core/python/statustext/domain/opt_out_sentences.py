"""Sentences and signs of people who want no more texts, as data like `opt_out_words`."""

# Said anywhere in a short text that is no question, this means: no more texts.
STOP_SENTENCES = """
unsubscribe me, opt me out, opt out of, i never asked for this, never asked for these,
want to opt out, like to opt out, to be opted out,
want to unsubscribe, like to unsubscribe, wish to unsubscribe, need to unsubscribe,
please unsubscribe, i unsubscribe, take me off, take my number off, take this number off,
remove me, remove my number, remove this number, delete my number, delete this number,
delete my data, delete my phone, erase my data, erase my number, forget my number, lose my number,
lose this number, do not text, dont text, do not message, dont message, do not contact,
dont contact, do not send, dont send, quit texting, quit messaging, quit sending, no more texts,
no more messages, no more sms, no more alerts, no more notifications, no more of these,
no more txt, no more txts, no more msg, no more msgs, no more text, no more texting,
no more message, no more messaging, no longer interested, get me off of,
get me off this, get me off your, get me off the list, get my number off,
never text me, never contact me, never message me, leave me alone, leave me the hell alone,
off this list, off your list, off the list, stop bothering me, stop harassing, stop spamming,
stop contacting, stop calling, stop blowing up my phone,
do not want these, dont want these, do not want this anymore, dont want this anymore,
do not want to receive, dont want to receive, do not want any more, dont want any more,
do not want texts, dont want texts, do not wish to receive, no longer want, no longer wish,
revoke my consent, revoke consent, withdraw my consent, withdraw consent, i do not consent,
did not consent, didnt sign up, did not sign up, never signed up, didnt subscribe,
did not subscribe, never subscribed, go away, fuck off, cease and desist,
no me envíen, no me envíes, no me envíe, no me manden, no me mandes, no me mande, no me escriban,
no me escribas, no me escriba, no envíen más, no envíes más, no envíe más, no manden más,
no mandes más, no me contacten, no quiero más, no quiero recibir, no deseo recibir, no deseo más,
ya no quiero, no más mensajes, dejen de, deja de enviar, deja de mandar, deja de escribir,
deje de enviar, denme de baja, dame de baja, deme de baja, darme de baja, elimine mi número,
elimina mi número, eliminen mi número, borren mi número, borra mi número, quiten mi número,
quítenme de, quítame de, me quiero dar de baja,
ne m'envoyez plus, ne m'envoie plus, ne plus m'envoyer, ne plus recevoir, ne m'écrivez plus,
ne m'écris plus, ne me contactez plus, ne veux plus, ne souhaite plus, plus de messages,
plus de textos, plus aucun message, arrêtez de m'envoyer, arrêtez de m'écrire, arrêtez de me,
arrête de m'envoyer, arrêtez d'envoyer, cessez de, désabonnez-moi, désinscrivez-moi,
me désabonner, me désinscrire, supprimez mon numéro, supprimer mon numéro, effacez mon numéro,
retirez mon numéro, retirez-moi de, enlevez-moi, laissez-moi tranquille,
keine sms mehr, keine nachrichten mehr, keine weiteren nachrichten, keine weiteren sms,
keine benachrichtigungen mehr, keine texte mehr, nicht mehr schreiben, nicht mehr anschreiben,
nicht mehr kontaktieren, nichts mehr schicken, nichts mehr senden, schreibt mir nicht mehr,
schreiben sie mir nicht mehr, schickt mir keine, schicken sie mir keine, senden sie mir keine,
sendet mir keine, hört auf mir, hören sie auf mir, hör auf mir, melden sie mich ab,
meldet mich ab, mich abmelden, mich austragen, tragt mich aus, tragen sie mich aus,
löschen sie meine nummer, löscht meine nummer, meine nummer löschen, meine daten löschen,
nehmen sie mich von, möchte keine, will keine, in ruhe,
não me mande, não me mandem, não me envie, não me enviem, não envie mais, não enviem mais,
não mande mais, não mandem mais, não quero receber, não quero mais, não desejo receber,
não desejo mais, pare de mandar, pare de enviar, parem de mandar, parem de enviar, pare de me,
parem de me, para de mandar, para de enviar, chega de mensagens, deixem de enviar,
deixe de enviar, remova meu número, remova o meu número, apague meu número, tire meu número,
exclua meu número, me descadastre, me remova, me removam, sair da lista, retirem o meu número,
non scrivetemi, non scrivermi, non mandatemi, non mandarmi, non inviatemi, non inviarmi,
non contattatemi, non voglio più, non voglio ricevere, non desidero ricevere, non desidero più,
smettete di, smetti di, smettetela di, basta messaggi, basta sms, basta con i messaggi,
niente più messaggi, cancellatemi da, cancellami da, cancellate il mio numero,
cancella il mio numero, rimuovete il mio numero, rimuovi il mio numero, toglietemi da, toglimi da,
geen berichten meer, geen sms meer, geen sms'jes meer, geen meldingen meer, stuur me niet,
stuur mij niet, stuur geen, stuur me geen, stuur mij geen, wil geen, niet meer sturen,
niet meer ontvangen, stop met sturen, stop met sms, stop met berichten, stop met het sturen,
hou op met, houd op met, schrijf me uit, schrijf mij uit, meld me af, meld mij af, me afmelden,
me uitschrijven, verwijder mijn nummer, haal me van, haal mij van,
nie wysyłaj, nie wysyłajcie, nie piszcie, nie pisz do mnie, nie chcę otrzymywać,
nie chcę dostawać, nie chcę więcej, nie chcę już, nie życzę sobie, proszę nie wysyłać,
proszę nie pisać, proszę mnie wypisać, przestańcie wysyłać, przestań wysyłać, przestańcie pisać,
wypiszcie mnie, wypisz mnie, usuńcie mój numer, usuń mój numer, proszę usunąć mój numer,
koniec z sms, żadnych więcej,
inga fler sms, inga fler meddelanden, inga mer sms, sluta skicka, sluta sms, sluta messa,
sluta skriva, skicka inte, skicka inga, vill inte ha, vill inte få, ta bort mig,
ta bort mitt nummer, radera mitt nummer, avregistrera mig, ikke send, ikke flere, vil ikke ha,
vil ikke have, vil ikke motta, vil ikke modtage, slutt å sende, stopp å sende, stop med at sende,
slet mit nummer, slett nummeret mitt, älkää lähettäkö, älä lähetä, en halua, lopettakaa viestien,
poistakaa numeroni,
mesaj atma, mesaj atmayın, mesaj atmayin, mesaj göndermeyin, mesaj gönderme, mesaj göndermeyi,
mesaj istemiyorum, sms istemiyorum, sms göndermeyin, sms atmayın, bildirim istemiyorum,
almak istemiyorum, yazmayın bana, bana yazmayın, rahatsız etmeyin, rahatsız etme,
listeden çıkarın, listenizden çıkarın, numaramı silin, numaramı sil, aboneliğimi iptal,
üyeliğimi iptal, beni silin, beni çıkarın,
не пишите, не пиши мне, не присылайте, не присылай, не отправляйте, не шлите, не шли,
не хочу получать, не желаю получать, больше не надо, больше не нужно, не беспокойте,
прекратите писать, прекратите присылать, прекратите слать, перестаньте писать,
перестаньте присылать, перестаньте слать, хватит писать, хватит слать, хватит присылать,
отпишите меня, отпиши меня, удалите мой номер, удалите номер, удалите меня, уберите меня,
отписаться от, хочу отписаться, не пишіть, не надсилайте, не присилайте, не хочу отримувати,
видаліть мій номер,
μην στέλνετε, μη στέλνετε, μην μου στέλνετε, δεν θέλω, σταματήστε να, neposílejte, nepište mi,
nechci dostávat, přestaňte posílat, smažte mé číslo, nu mai trimiteți, nu-mi mai trimiteți,
nu mai vreau, ștergeți numărul, ne küldjenek, ne küldjetek, nem kérek, nem kérem, nem akarok,
jangan kirim, jangan sms, stop kirim, tolong berhenti, huwag na, huwag kayong, wag na kayo,
đừng gửi, đừng nhắn, không nhận, không muốn nhận, मत भेजो, मत भेजें, मत भेजिए, मैसेज बंद,
नहीं चाहिए, لا ترسل, لا ترسلوا, لا أريد, لا اريد, توقف عن, توقفوا عن, أوقفوا الرسائل, احذف رقمي,
احذفوا رقمي, پیام نفرستید, نمی‌خواهم, אל תשלחו, לא לשלוח, לא רוצה, תפסיקו לשלוח, הפסיקו לשלוח,
תורידו אותי, הסירו אותי, תסירו אותי,
"""

# The same in scripts that put no spaces between words: found anywhere, inside words too.
STOP_UNSPACED = """
送らないで, 送らないでください, 送信しないで, 送信を停止, 送信をやめ, 配信停止, 配信を停止,
配信を止め, 配信をやめ, 通知を停止, 通知を止め, 通知をやめ, 通知はいりません,
メッセージを止め, メッセージをやめ, 登録を解除, 登録解除, 購読を解除, 退会したい, 連絡しないで,
受け取りたくな, 受信拒否, もういりません, 番号を削除,
不要再发, 不要再發, 别再发, 別再發, 不要给我发, 不要給我發, 别给我发, 別給我發, 停止发送,
停止發送, 停止短信, 退订, 退訂, 取消订阅, 取消訂閱, 不想收到, 不想再收到,
别发短信, 别发信息, 不要发短信, 不要发信息, 删除我的号码, 刪除我的號碼, 不要打扰, 别打扰,
보내지 마, 보내지마, 그만 보내, 그만보내, 문자 그만, 문자 중지, 알림 중지, 알림 그만, 알림 꺼,
수신거부, 수신 거부, 받고 싶지 않, 받기 싫, 구독 취소,
구독취소, 구독 해지, 번호 삭제, 연락하지 마,
หยุดส่ง, เลิกส่ง, อย่าส่ง, ไม่ต้องส่ง, ไม่ต้องการรับ, ยกเลิกการรับ, ยกเลิกข้อความ, ยกเลิกการสมัคร,
"""

# A verb of VERBS within a few words of a noun of NOUNS is such a sentence as well.
VERBS = """
stop, cancel, end, quit, cease, unsubscribe, revoke, terminate, discontinue, deactivate, disable,
remove, delete, optout,
parar, pare, paren, deja, deje, dejen, detener, detenga, detengan, cancelar, cancele, cancelen,
cancela, basta,
suspender, suspendan, desactivar, eliminar,
arrêter, arrêtez, arrête, cesser, cessez, stopper, stoppez, annuler, annulez, désactiver,
désactivez, résilier,
stoppen, stoppt, stoppe, beenden, beendet, abbestellen, abmelden, abstellen, einstellen,
unterlassen, kündigen, aufhören,
parem, interromper, interrompa, desativar, desative, fermate, ferma, fermare, smettete, smetti,
annulla, annullate, disattiva, disattivate, interrompete,
afmelden, uitschrijven, opzeggen, stopzetten, uitzetten, przestań, przestańcie, zatrzymaj,
zatrzymajcie, anuluj, wyłącz, wyłączcie, zakończ,
stoppa, sluta, avsluta, stopp, durdur, durdurun, iptal, kes, kesin, прекратите, прекрати,
остановите, отмените, отключите, перестаньте, хватит, отписаться,
"""
NOUNS = """
text, texts, texting, txt, txts, message, messages, messaging, msg, msgs, sms, notification,
notifications, notify, notifying, alert, alerts, alerting, spam, spamming, spams, contacting,
sending, bothering, subscription, subscriptions, phone, cell, list,
mensaje, mensajes, mensajito, textos, notificaciones, alertas, avisos, suscripción, enviar,
mandar, enviarme, mandarme, escribirme,
messages, message, texto, alertes, notifications, abonnement, envoyer, textos, envois,
nachricht, nachrichten, benachrichtigung, benachrichtigungen, meldungen, abo, abonnement,
mitteilungen, senden, schreiben,
mensagem, mensagens, notificações, assinatura, inscrição, subscrição, messaggio, messaggi,
notifiche, avvisi, iscrizione, abbonamento,
bericht, berichten, meldingen, sturen, wiadomości, wiadomość, powiadomienia, powiadomień,
subskrypcję, smsy, smsów, wysyłać, pisać,
meddelanden, notiser, prenumeration, prenumerationen, mesaj, mesajı, mesajları, mesajlar,
bildirim, bildirimleri, abonelik, aboneliği, aboneliğimi, üyelik,
сообщения, сообщений, смс, рассылку, рассылка, рассылки, уведомления, уведомлений, подписку,
подписка, слать, присылать,
"""

# Found anywhere, the text might be an opt-out: a person looks at it.
CUES = """
stopall, unsubscribe, unsubscribed, unsubscribing, unsub, optout, opt out, opting out, opted out, i
revoke, desist, spam, spamming, scam, harassment, harassing, harass, lawyer, attorney, lawsuit, sue
you, report you, reporting you, block you, blocking you, wrong number, wrong num, wrong nbr, wrong
person, wrong guy, wrong dude, wrong man, wrong woman, wrong lady, wrong girl, wrong phone, no one
by that name, nobody by that name, not interested, take me out, get me off, dont want this, do not
want this, please discontinue, who gave you, how did you get, no thanks, no thank you, deceased,
passed away, do not disturb, dont bother, shut up, fuck you, how do i get off, get off this list,
number changed, new owner of this number, unsuscribe, unsubscibe, unsubcribe, unsubscrbe,
unsubsribe, unsubscrib, unsubscribre, unsbscribe, unsubscrive, stpo, sotp, tsop, stiop, syop,
stopl, cancle, cancell, canel, dejen, no gracias, no quiero, no me interesa, no estoy interesado, no
estoy interesada, número equivocado, désabonner, mauvais numéro, non merci, pas intéressé, pas
intéressée, plus intéressé, plus intéressée, se tromper de numéro, abmelden, abbestellen, falsche
nummer, kein interesse, keinerlei interesse, nicht interessiert, nein danke, número errado, não
quero, não tenho interesse, não obrigado, smettete, disiscrivere, numero sbagliato, non mi
interessa, no grazie, afmelden, uitschrijven, verkeerd nummer, geen interesse, nee bedankt,
przestańcie, przestań, pomyłka, zły numer, nie dziękuję, sluta, avsluta, fel nummer, nej tack,
yanlış numara, hayır teşekkürler, стоп, хватит, прекратите, перестаньте, отписаться, ошиблись
номером, не тот номер, спам, нет спасибо,
"""
CUES_UNSPACED = """
やめて, 止めて, 迷惑, 退订, 退訂, 打错, 骚扰, 그만, 수신거부, หยุดส่ง, ยกเลิก,
"""
# Words of an opt-out that mean other things as well. They count as one where they begin the text or
# stand near ADDRESSED; else the text is looked at, and ends nothing.
WEAK_CUES = """
stop, stopp, stoppen, cancel, cancelar, detener, arrêter, arrêtez, aufhören, pare, parem, sair,
iptal,
"""
WEAK_CUES_UNSPACED = """
停止, 解除, ストップ, 중지,
"""
ADDRESSED = """
this, these, them, those, me, us, texting, messaging, bothering, sending, asking, say, said, want,
esto, estos, me, ça, cela, mich, damit, isso, questo, questi, dit, deze,
"""
QUESTION_ENDINGS = """
吗, 嗎, 呢, か, 나요, 까, 가요, ไหม,
"""
# So common elsewhere that they count only as the first word.
FIRST_WORD_CUES = """
end, quit, enough, revoke, baja, remove, delete, cease, alto, parar, basta, fin, arrêt, arrête,
halt, ende, chega, ferma, fermate, cancella, einde, genoeg, koniec, dość, slut, dur, yeter,
отмена, удалите,
"""
# About the service, not about the texts; none of these words then counts.
FALSE_FRIENDS = """
non stop, bus stop, truck stop, full stop, one stop shop, stop working, stop responding,
stop loading, stop crashing, stop failing, stop sync, stop syncing, came to a stop,
come to a stop, pit stop, stopp arbeitet,
"""

# Right after a word that says "not" they show that somebody else's number was entered: "this isn't
# John". Names that are words as well ("not will be", "not mark it") are left out.
NOT_SOMEBODY = "not, isnt, aint"
NAMES = """
aaron, abdul, adam, ahmed, alan, albert, alejandro, alex, alexander, alexandra, ali, alice, alicia,
amanda, amy, ana, andrea, andrew, andy, angela, ann, anna, anne, anthony, antonio, ashley, barbara,
ben, benjamin, betty, bob, bobby, brandon, brenda, brian, bruce, carl, carlos, carol, caroline,
catherine, charles, charlie, charlotte, chris, christian, christina, christine, christopher, cindy,
claire, cynthia, dan, daniel, danny, dave, david, deborah, debra, denise, dennis, diana, diane,
diego, donald, donna, dorothy, doug, douglas, eddie, edward, elena, elizabeth, emily, emma,
eric, erica, ethan, eugene, evelyn, fatima, fernando, francisco, fred, gabriel, gary, george,
gerald, gloria, greg, gregory, hannah, harold, harry, hassan, heather, helen, henry, howard,
ibrahim, isabella, jacob, jacqueline, jake, james, jane, janet, janice, jason, javier, jean, jeff,
jeffrey, jennifer, jenny, jeremy, jerry, jesse, jessica, jim, jimmy, joan, joe, joel, johann, john,
johnny, jon, jonathan, jordan, jorge, jose, joseph, joshua, juan, judith, judy, julia, julie,
justin, karen, karl, kate, katherine, kathleen, kathy, katie, keith, kelly, ken, kenneth, kevin,
kim, kimberly, kumar, kyle, larry, laura, lauren, lawrence, lee, leo, linda, lisa, logan, louis,
lucas, lucy, luis, luke, margaret, maria, marie, marilyn, mario, martha, martin, mary, matt,
matthew, megan, melissa, mia, michael, michelle, miguel, mike, mohamed, mohammed, monica, muhammad,
nancy, natalie, nathan, nicholas, nick, nicole, noah, oliver, olivia, omar, pamela, patricia,
patrick, paul, paula, pedro, peter, philip, priya, rachel, rahul, ralph, ramon, raymond, rebecca,
ricardo, richard, rick, ricky, robert, roberto, roger, ronald, roy, russell, ruth, ryan, sam,
samantha, samuel, sandra, sara, sarah, scott, sean, sergio, sharon, shirley, sofia, sophia, sophie,
stephanie, stephen, steve, steven, susan, tammy, teresa, terry, theresa, thomas, tim, timothy, tina,
todd, tom, tommy, tony, tyler, vanessa, victor, victoria, vincent, virginia, walter, wayne, wendy,
william, yusuf, zach, zachary,
"""

# A negation shortly before a verb turns it round ("don't stop the alerts").
NEGATIONS = """
dont, not, never, no, nicht, nie, ne, pas, não, non, niet, inte, не, doesnt, didnt, wont, cant,
isnt,
"""
# First words of questions; how to stop, or when something stops.
QUESTIONS = """
how, when, why, what, whats, where, which, who, does, did, is, are, was, were, will, has,
should, may, might, cómo, cuándo, por qué, qué, comment, quand, pourquoi, wie, wann, warum,
como, quando, porque, come, perché, hoe, wanneer, waarom, jak, kiedy, dlaczego, hur, när,
varför, nasıl, ne zaman, neden, как, когда, почему,
"""
HOW = """
how, cómo, comment, wie, como, come, hoe, jak, hur, hvordan, nasıl, как, як, miten, cum,
"""
POLITE = """
can you, could you, would you, will you, can u, could u, may you, why dont you, do me a favor,
"""

# Tapbacks arrive as a text that quotes ours, STOP hint and all.
REACTIONS = """
liked, loved, laughed at, emphasized, emphasised, questioned, disliked, reacted, removed a,
le gustó, le encantó, a aimé, a adoré, to, gostou de, ha messo, gefällt,
"""
STOP_SIGNS = "🛑⛔🚫✋🖕🔕"
