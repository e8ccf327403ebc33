"""How an opt-out is put together in each language, as data for `opt_out`.

A block per language. Its first line names what is sent (`@ = …`); each other line is a rule, words
that together, in any order and near each other, mean: no more texts. The slots of a rule are
separated by `|`, the words of a slot by commas; `@` stands for the first line, a word that ends in
`*` for all that begin with it. A line that ends in a comma or a bar goes on in the next. Past
tenses are left out, as they tell of the service ("you did not send the code").
"""

SPACED = {
    "en": """
        @ = text, texts, texting, txt, txts, message*, messaging, msg, msgs, sms, notification*,
            notifs,
            notif, alerts, alert, subscription, reminders, mailing
        turn, switch, shut, turned, switched | off | @, these, those, them
        want, wanna, like, wish, need, ask, asking, asked, request | @ | end, over, off, ended,
            stopped, out
        take, get, remove, delete, drop, strike, scrub, pull, erase, wipe |
            phone, number, me, my, myself | list, lists, database, records, system, contacts
        do not, dont, never, no longer, quit, not to, nor | send, sending, text, message,
            contact, write, bug,
            bother, notify, ping, msg, txt, spam |
            me, us, here, this, anything, more, again, anymore, any, number, phone
        block, kill, silence, cut out, knock off, lay off | @
        disable, deactivate, terminate, discontinue, withdraw, drop, leave | @, list
        done, finished, through, sick, tired, fed up | @, these, this list
        lose, forget, purge | number, my number, phone
        quit, stop | blowing, pestering, annoying
        unenroll, unregister, deregister | me, number
    """,
    "es": """
        @ = mensaje*, sms, texto, textos, notificacion*, alerta*, aviso*, suscripcion, estos,
            esto, lista
        desactiva, desactiven, desactive, desactivar, apaga, apaguen, apague, apagar, quita,
            quiten, quite,
            quitar, cancela, cancelen, cancele, cancelar, suspendan, suspenda, suspender,
            detengan, detenga,
            detener, paren, pare, parar, dejen, deje, deja, basta, corten, corta, terminen,
            silencia,
            silencien, bloqueen | @
        sacame, saqueme, saquenme, quitame, quiteme, quitenme, borrame, borreme, borrenme,
            eliminame,
            elimineme, eliminenme, remuevanme, sacar, saquen, quitar, quiten, borrar, borren, borra,
            eliminar, eliminen, elimina | lista, numero, telefono, base, datos, registro*
        no, nunca, ni, tampoco | envien, envies, envie, enviar, enviarme, enviarnos, manden,
            mandes, mande,
            mandar, mandarme, escriban, escribas, escriba, escribir, escribirme, contacten,
            contacte,
            contactes, molesten, molestes, moleste, notifiquen, avisen, lleguen
        no quiero, no deseo, no necesito, no queremos, ya no me interesa* | @, mas, nada,
            recibir, seguir
        salir, salirme, salgo, darme | lista, baja, grupo
        no mas, ningun, ninguna, ya no | @
    """,
    "fr": """
        @ = message*, sms, texto, textos, notification*, alerte*, abonnement, envoi*, notifs, liste
        arret, arrete, arretez, arreter, cessez, cesser, coupez, couper, coupe, stop, stopper,
            stoppez,
            desactive, desactivez, desactiver, annulez, annuler, supprimez, finissez, suspendez,
            terminez,
            bloquez, enlevez, marre | @
        enlevez, enleve, enlever, retirez, retire, retirer, supprimez, supprimer, effacez,
            effacer, otez,
            sortez, rayez | liste*, numero, moi, base, donnees, repertoire, coordonnees, telephone
        plus de, plus aucun, plus aucune, assez de | @
        mauvaise personne, mauvais numero, pas le bon numero | arretez, arrete, stop
        plus, pas, jamais, rien | envoyez, envoyer, envoie, nenvoyez, menvoyez, nenvoie,
            menvoyer, menvoie,
            ecrivez, mecrivez, necrivez, ecris, ecrire, mecrire, contactez, contacter, derangez,
            recevoir,
            notifier, sollicitez
        ne veux, ne veut, ne souhaite, ne desire, veux, souhaite | plus, pas, aucun | @, rien,
            recevoir, ca
        desabonn*, desinscri* | moi, me, veux, voudrais, souhaite, svp, merci, vouloir
    """,
    "de": """
        @ = sms, nachricht*, benachrichtig*, meldung*, mitteilung*, texte, abo, abonnement,
            alarm*, hinweis*,
            newsletter, infos, verteiler
        stopp*, beend*, abbestell*, abmeld*, abstell*, einstell*, ausschalt*, deaktivier*,
            aufhor*, kundig*,
            loschen, loscht, abschalt*, unterlass*, unterlasst, schluss, genug, abschaff*,
            sperren | @
        schalt*, stell*, mach*, dreh* | ab, aus | @, das, diese, dieses, die
        nehm*, nimm, streich*, losch*, entfern*, trag* |
            mich, nummer, mir, uns | aus, raus, von, liste, verteiler, daten*, meine, bitte
        keine, keinerlei, nie | @ | mehr, weiter*, schick*, send*, an, wieder
        nicht mehr, nichts mehr, nie mehr, nie wieder, keine mehr | send*, schick*, schreib*,
            bekomm*, erhalt*,
            kontaktier*, anschreib*, belastig*, bitte, wollen, haben, nerv*
        will, mochte, wollen, mochten, brauche | nicht, nichts, keine | @, mehr, bekommen, erhalten
        lasst, lass, lassen | ruhe
        meld* | mich, uns, nummer | ab
        stell*, lasst | @ | ein, bleiben, sein
        streich*, losch*, entfern*, austrag* | liste, verteiler, handynummer, telefonnummer,
            rufnummer,
            mobilnummer, nummer
    """,
    "pt": """
        @ = mensage*, sms, notificac*, alerta*, aviso*, assinatura, inscricao, torpedo*, isso,
            essas, lista
        pare, parem, parar, cancele, cancelem, cancelar, cancela, desative, desativem, desativar,
            desativa,
            desliga, desliguem, desligar, suspendam, suspender, chega, basta, encerrem, encerrar,
            bloqueia,
            bloqueiem, deixem, interrompam | @
        tira, tire, tirem, remova, removam, remover, apaga, apague, apaguem, apagar, exclua,
            excluam, excluir,
            delete, deletem, retirem, retira, retire, sair, exclui | numero, telefone, celular,
            lista, mim, cadastro, dados, contato
        nao, nunca, nem | mande, mandem, mandar, envie, enviem, enviar, escrevam, escreva,
            contate, contatem,
            perturbe, perturbem, incomode, incomodem, mandes, envies, escrevas
        cancelar, parar, encerrar | recebimento, envio, recebimentos, envios
        nao quero, nao desejo, nao preciso, nao queremos | @, mais, receber, nada
    """,
    "it": """
        @ = messagg*, sms, notific*, avvis*, alert, alerts, iscrizione, abbonamento,
            comunicazion*, lista
        basta, ferma, fermate, fermare, smetti, smettete, smettetela, smettere, disattiva,
            disattivate,
            disattivare, annulla, annullate, annullare, cancella, cancellate, cancellare,
            interrompete,
            interrompi, sospendete, spegni, spegnete, spegnere, blocca, bloccate, stop |
            @, scrivere, scrivermi, mandare, mandarmi, inviare, inviarmi
        toglimi, toglietemi, togliete, togli, togliermi, rimuovi, rimuovimi, rimuovetemi, rimuovete,
            cancellami, cancellatemi, cancellate, elimina, eliminami, eliminatemi, eliminate |
            lista, numero, dati, elenco, rubrica, database
        non, mai, niente | mandatemi, mandate, mandarmi, mandare, inviatemi, inviate, inviarmi,
            inviare,
            scrivetemi, scrivete, scrivermi, contattatemi, contattate, disturbate, disturbatemi
        disiscriv*
        non voglio, non desidero, non vorrei, non vogliamo | @, piu, ricevere, nulla, niente
    """,
    "nl": """
        @ = bericht*, sms, smsjes, smsen, melding*, notificatie*, abonnement, appjes, alerts,
            waarschuwingen
        stop, stopt, stoppen, stopzetten, uitzetten, uitschakel*, opzeggen, annuleer, annuleren,
            beeindig*,
            afmelden, ophouden, genoeg, deactiveer | @, mij, me
        zet, zetten, schakel, doe, draai | uit, stop, af | @, dit, deze
        haal, verwijder, schrap, gooi, wis, schrijf, meld, streep | me, mij, nummer | af, uit,
            van, nummer, lijst
        verwijder, wis, schrap | nummer, telefoonnummer, gegevens, gsm
        niet meer, geen, nooit meer, niks meer | stur*, stuur, smsen, sms, contact*, ontvang*,
            krijgen, appen |
            meer, aub, mij, me, dit, graag, nummer, alstublieft
        geen | @ | meer, ontvangen, sturen
        wil, wens, hoef | geen, niet | @, meer, dit, deze
    """,
    "pl": """
        @ = sms*, wiadomosc*, powiadomien*, komunikat*, subskrypcj*, alert*, alarm*
        wylacz, wylaczcie, wylaczyc, przestan, przestancie, przestac, zatrzymaj, zatrzymajcie,
            zatrzymac,
            anuluj, anulujcie, anulowac, zakoncz, zakonczcie, koniec, rezygnuje, stop, wstrzymaj,
            wstrzymajcie, dosc, dosyc, skonczcie, zablokuj | @, pisac, wysylac, wysylania, pisania
        usun, usuncie, usunac, wypisz, wypiszcie, wypisac, wykresl, wykreslcie, skasuj, skasujcie |
            mnie, liste, listy, numer, bazy, baze
        nie, nigdy | wysylac, wysylajcie, wysylaj, piszcie, pisz, pisac, przysylac, przysylajcie,
            przysylaj,
            kontaktowac, kontaktujcie, dzwoncie
        nie chce, nie chcemy, nie zycze, nie potrzebuje | @, tych, wiecej, juz, otrzymywac, dostawac
        wypisuje | sie
        wyrejestruj*
        usuniecie, usuniecia, wykreslenie | numeru, danych, listy
        chce, prosze | wypisac, wyrejestrowac, zrezygnowac
    """,
    "sv": """
        @ = sms, smsen, meddeland*, notis*, avisering*, prenumeration*, utskick*, besked, larm*
        sluta, avsluta, avbryt, stoppa, stopp, avprenumerera, upphor, stall in | @, messa, smsa,
            skriva, skicka,
            sms a
        stang, sla, stanga | av | @, dessa, det har, de har
        avregistrera
        ta bort, radera, stryk, plocka bort | mig, nummer, numret, listan
        inte, inga, inget, aldrig | skicka, smsa, skriv, kontakta, messa
        vill inte, vill ej, onskar inte, vill slippa | @, mer, langre, ha, fa
        inga | @ | fler, mer, tack
    """,
    "da": """
        @ = sms, smser, besked*, notifikation*, abonnement*, tekstbesked*, alarm*, advarsler
        stop, stopper, stoppe, afmeld, opsig, afbryd, afslut, nok | @, skrive, sende, smse, mig
        sla, luk, sluk, skru | fra, af | @
        fjern, slet, afmeld, tag | mig, nummer, nummeret | listen, liste, mit, fra, af, tak, her
        ikke, aldrig, ingen | send, sende, skriv, skrive, kontakt, kontakte, skriver
        vil ikke, onsker ikke, gider ikke | @, flere, mere, have, modtage
        ikke flere, ingen flere, ikke mere | @
        lad vaere | sende, skrive, smse
        afmeld, fjern, slet, slette, fjerne | nummer, nummeret, tilmelding, abonnement
    """,
    "no": """
        @ = sms, smser, melding*, varsl*, varsel*, abonnement*, tekstmelding*, beskjed*
        slutt, stopp, avslutt, avbryt, stans, nok, avbestill | @, sende, skrive, mase
        skru, sla, slukk | av | @, dette, disse
        fjern, slett, stryk | meg, nummer, nummeret, listen, lista
        meld, ta | meg | av, ut, bort
        avmeld | meg, nummer, nummeret, varsler
        ikke, aldri, ingen | send, sende, skriv, skrive, kontakt, kontakte
        vil ikke, onsker ikke, gidder ikke | @, flere, mer, ha, motta
    """,
    "fi": """
        @ = viest*, tekstiviest*, sms, ilmoituks*, tilau*, halyty*, tiedotte*, postitus*
        lopettakaa, lopeta, lopettaa, peruuttakaa, peruuta, peru, peruuttaa, poista, poistakaa,
            keskeyta,
            keskeyttakaa, lakatkaa, sulje, sulkekaa, riittaa | @, lahettaminen, lahettamasta
        irtisan* | @
        tilaus, tilaukseni | pois
        ottakaa, ota, kytke, kytkekaa, laita, laittakaa | pois | @
        poista, poistakaa | minut, numeroni, numero, listalta, tietoni
        ala, alkaa | laheta, lahettako, lahettakaa, kirjoita, kirjoittako, viestittako, viesti
        en halua, emme halua, en tarvitse, en tilannut | @, enaa, naita, lisaa
    """,
    "tr": """
        @ = mesaj*, sms*, bildirim*, abonelig*, abonelik*, uyelig*, uyelik*, ileti*, kaydimi,
            gondermeyi
        birak, birakin, birakiniz, kes, kesin, kesiniz, kapat, kapatin, kapatiniz, durdur, durdurun,
            durdurunuz, iptal, sonlandir, sonlandirin, bitir, bitirin, son verin, yeter, silin | @
        sil, silin, siliniz, cikar, cikarin, cikariniz, kaldirin, kaldir | beni, numara*, liste*,
            kaydimi
        atma, atmayin, atmayiniz, gonderme, gondermeyin, gondermeyiniz, yazma, yazmayin,
            yazmayiniz, yollama,
            yollamayin, iletmeyin | mesaj, sms, bana, artik, bir daha, bildirim, buraya, lutfen
        gelmesin, gonderilmesin | @
        cikmak | istiyor*, uyelikten, listeden
        istemiyor*, istemem, istemiyoruz | @, artik, almak, bunu, bunlari
    """,
    "ru": """
        @ = смс*, sms, сообщен*, уведомлен*, рассылк*, подписк*, оповещен*, эсэмэс*, список
        отключите, отключи, отключить, остановите, останови, остановить, прекратите, прекрати,
            прекратить,
            хватит, выключите, выключи, выключить, отмените, отмени, отменить, уберите, убери,
            перестаньте,
            перестань, довольно, заблокируйте, достали, стоп |
            @, писать, слать, присылать, отправлять, посылать
        удалите, удали, удалить, уберите, убери, убрать, исключите, исключить, вычеркните, сотрите |
            мой номер, меня, номер, списка, базы, рассылки, мои
        не, больше не, никогда | пишите, пиши, писать, шлите, шли, слать, присылайте, присылай,
            присылать,
            отправляйте, отправляй, отправлять, беспокойте, звоните, посылайте
        не хочу, не желаю, не надо, не нужн*, не хотим | @, больше, получать, этого, мне
        отписа*, отпиш* | хочу, меня, прошу, можно, надо, нужно
    """,
    "uk": """
        @ = смс*, sms, повідомлен*, сповіщен*, розсилк*, підписк*
        вимкніть, вимкни, вимкнути, припиніть, припини, припинити, зупиніть, зупини, скасуйте,
            скасуй,
            скасувати, досить, відключіть, годі, перестаньте, стоп |
            @, писати, надсилати, слати, присилати
        видаліть, видали, приберіть, прибери, виключіть, зітріть | мене, номер, списку, бази,
            розсилки
        не, більше не | пишіть, пиши, надсилайте, надсилай, шліть, присилайте, турбуйте
        не хочу, не бажаю, не треба, не потрібн* | @, більше, отримувати, мені
        відпис*, відпиш* | хочу, мене, прошу, можна
    """,
    "el": """
        @ = μηνυμ*, sms, ειδοποιησ*, συνδρομη*, ενημερωσ*
        σταματα, σταματηστε, σταματηστ, σταματηστετο, διακοψτε, διακοψε, διακοπη, απενεργοποιηστε,
            απενεργοποιηση, κλειστε, κλεισε, ακυρωστε, ακυρωση, ακυρωσε, τερματιστε, φτανει,
            φτανουν, στοπ, τέλος |
            @, στελν*, στελνετε, γραφετε
        διαγραψτε, διαγραψε, διαγραφη, βγαλτε, βγαλε, αφαιρεστε, σβηστε, σβησε |
            αριθμο*, με, λιστα, μου, κινητο
        μη, μην | στελν*, γραφ*, ενοχλ*, ξαναστειλ*, στειλ*
        δεν θελω, δε θελω, δεν επιθυμω | @, αλλα, πια, αλλο, να λαμβανω, να μου
    """,
    "cs": """
        @ = zprav*, sprav*, sms, smsky, upozorn*, oznamen*, notifikac*, odber*
        prestan, prestante, prestat, prestanite, vypni, vypnete, vypnite, vypnout, zrus, zruste,
            zrusit,
            ukoncete, ukonci, ukoncite, zastavte, zastavit, odhlasit, odhlaste, dost, skoncete,
            stop |
            @, psat, posilat, pisat, posielat
        odhlas, odhlaste, odhlasit, smaz, smazte, vymazte, vymaz, odstrante, odstran, vyradte,
            odeberte |
            me, mne, ma, cislo, seznamu, zoznamu, odberu, databaze
        neposilej, neposilejte, nepis, nepiste, neposielajte, neposielaj, neotravujte, nekontaktujte
        nechci, nechceme, nechcem, nepreji si, neprajem si | @, dalsi, uz, dostavat, viac, zadne
    """,
    "ro": """
        @ = mesaj*, sms, smsuri, uri, notificar*, alert*, abonament*, lista
        opriti, opreste, oprire, oprim, inchideti, dezactivati, dezactiveaza, anulati, anuleaza,
            incetati,
            inceteaza, terminati, gata, ajunge, destul, stop, blocati | @
        stergeti, sterge, scoateti, scoate, eliminati, elimina, radiati | ma, numar*, lista, datele
        dezabonez, dezabonati, dezaboneaza, dezabonare, dezabona
        nu mai, nu | trimite, trimiteti, trimite ti, scrie, scrieti, contactati, deranjati, sunati
        nu mai vreau, nu vreau, nu mai doresc, nu doresc | @, sa primesc, nimic, asta, alte
    """,
    "hu": """
        @ = uzenet*, sms*, ertesit*, feliratkoz*, elofizet*, hirlevel*
        allitsa*, szuntess*, hagyja*, eleg, lemond*, mondjak, torolj*, torol, stop, zarja* | @,
            irni, kuldeni
        kapcsol*, kapcsolj* | ki | @
        torolj*, torol, vegyenek, vegyel | listarol, listabol, szamom*, engem, adataim*, le, ki
        ne, tobbet ne | kuldj*, kuldjenek, kuldjetek, kuldj, irj*, irjanak, zavarj*, ertesits*
        nem kerek, nem kerem, nem akarok, nem szeretnek | @, tobb, tobbet, kapni
        leiratkoz*, leiratkozom
        hagyjanak, hagyjatok, hagyj | beken
        le | iratkoz*
    """,
    "hr": """
        @ = poruk*, sms, obavijest*, obavest*, pretplat*, notifikacij*
        prestanite, prekini, prekinite, zaustavi, zaustavite, iskljuci, iskljucite, otkazi,
            otkazite, dosta |
            @, slati, pisati
        obrisi, obrisite, izbrisi, izbrisite, uklonite, makni, maknite, odjavi, odjavite | me,
            broj, liste, listi
        ne, nemojte | saljite, slati, pisite, pisati, salji
        ne zelim, necu, ne zelimo | @, vise, primati
    """,
    "bg": """
        @ = съобщен*, sms, смс, известия*, абонамент*
        спрете, спри, прекратете, изключете, откажете, стига | @, да пишете, да пращате
        изтрийте, махнете, премахнете, отпишете | ме, номера, списъка, номер
        не, недейте | пращайте, изпращайте, пишете, да пращате
        не искам, не желая | @, повече, да получавам
    """,
    "ar": """
        @ = رسائل*, رسايل*, الرسائل, الرسايل, رسالة, رساله, مسجات, مسج, اشتراك*, الاشتراك,
            اشعارات, الاشعارات,
            تنبيهات, التنبيهات, sms
        اوقف, اوقفوا, ايقاف, وقفوا, وقف, توقف, توقفوا, الغ, الغي, الغوا, الغاء, كفى, كفايه, بس,
            خلاص, قف, عطلوا,
            عطل, اقفلوا, اطفئوا, بطلوا | @, الارسال, ارسال, هذه
        احذف, احذفوا, احذفني, امسح, امسحوا, شيلوا, شيل, ازيلوا, ازالة, حذف |
            رقمي, الرقم, القائمة, القائمه, اسمي, رقم
        لا, ما, ماعاد, بدون, مش, مو | ترسل, ترسلوا, ترسلون, ترسلولي, ابغى, ابي, اريد, نريد, تبعث,
            تبعثوا,
            تبعتوا, تكتب, تكتبوا, تراسلني, تراسلوني, عايز, بدي, ارغب, اود
    """,
    "he": """
        @ = הודעות, ההודעות, בהודעות, מההודעות, הודעה, סמס*, מסרונים, מנוי, המנוי, התראות, ההתראות,
            עדכונים, העדכונים, הרשמה, ההרשמה, להציק
        תפסיקו, תפסיק, הפסיקו, הפסק, להפסיק, תבטלו, בטלו, בטל, לבטל, תכבו, כבו, תעצרו, עצרו, די,
            סטופ,
            תורידו, חסמו | @, לשלוח, לכתוב, לסמס, את זה
        תורידו, תסירו, הסירו, תמחקו, מחקו, תוציאו, הורידו, להסיר, תורידי, הסר |
            אותי, המספר, מהרשימה, מספר, שלי
        אל, לא, בלי | תשלחו, תשלח, לשלוח, תכתבו, תסמסו, תפנו
        לא רוצה, לא מעוניין*, לא מעונינ*, לא מעוניינת | @, לקבל, יותר, את זה
    """,
    "fa": """
        @ = پیام*, پیامک*, اس ام اس, اشتراک*, مسیج*, اعلان*, اطلاع رسانی, sms
        قطع*, لغو*, متوقف*, خاموش*, بس کنید, بسه, تمام کنید, غیرفعال*, غیر فعال | @
        حذف*, پاک کنید, پاک کن, خط بزنید | شماره*, من, مرا, لیست
        نفرست*, نفرستید, ننویس*, پیام ندهید, پیام ندید, نفرستین
        نمیخوا*, نمی خوا*, نخواستم | @, دیگه, دیگر, دریافت
    """,
    "hi": """
        @ = सदस्यता*, मैसेज*, संदेश*, एसएमएस, सूचना*, सूचनाएं, message*, msg*, sms*, नोटिफिकेशन,
            अलर्ट*, मेसेज*, alert*
        बंद*, रोक*, रद्द*, band, bandh, roko, rok, बन्द*, bas | @
        हटा*, मिटा*, निकाल*, डिलीट*, hata*, nikal*, delete | नंबर, नम्बर, number, मुझे, mujhe,
            लिस्ट, list, सूची
        मत, नहीं, न, mat, nahi, nahin, na | भेजो, भेजें, भेजिए, भेजना, भेजिये, करो, करें, bhejo,
            bhejna, bheje,
            bhejiye, karo | @, मुझे, mujhe, अब, ab, और, aur, mere, मेरे
        नहीं, nahi, nahin, न | चाहिए, चाहिये, chahiye, चाहता, चाहती | @, और, aur, अब, ab, मुझे
    """,
    "bn": """
        @ = মেসেজ*, বার্তা*, এসএমএস*, নোটিফিকেশন*, বিজ্ঞপ্তি*, sms, message*
        বন্ধ*, থামা*, বাতিল* | @
        মুছে, মুছুন, সরান, সরিয়ে, বাদ, ডিলিট | নম্বর*, নাম্বার*, আমাকে, তালিকা*
        না | পাঠাবেন, পাঠাবে, পাঠিও, পাঠাবা, পাঠানো, দেবেন, দিবেন | আর, @, আমাকে
        চাই না, চাইনা, লাগবে না | @, আর
        দরকার নেই | @
    """,
    "ur": """
        @ = پیغام*, میسج*, میسیج*, پیغامات, ایس ایم ایس, sms, اطلاعات, سبسکرپشن*, رکنیت
        بند*, روک*, ختم*, منسوخ* | @
        ہٹا*, نکال*, مٹا*, حذف*, ڈیلیٹ | نمبر, مجھے, لسٹ, فہرست
        مت, نہ, نا | بھیجیں, بھیجو, بھیجیے, بھیجنا, کریں
        نہیں | چاہیے, چاہئے, چاہتا, چاہتی | @, اور, مزید, اب
    """,
    "id": """
        @ = pesan*, sms*, notif*, notifikasi*, langganan, berlangganan, mesej*, pemberitahuan*,
            peringatan
        hentikan, berhenti, stop, setop, matikan, batal, batalkan, tutup, cukup, nonaktifkan,
            blokir, henti |
            @, kirim, mengirim, hantar
        hapus, hapuskan, keluarkan, buang, padam, padamkan, copot | nomor*, nombor*, no hp, saya,
            daftar, senarai
        jangan, jgn, janganlah, usah, ga usah | kirim*, sms, hubungi, hantar*, ganggu, kirimi,
            wa, message
        tidak mau, tidak ingin, gak mau, ga mau, nggak mau, tak nak, tidak mahu, tidak perlu | @,
            terima, menerima,
            lagi, dikirimi
    """,
    "vi": """
        @ = tin nhan, nhan tin, thong bao, sms, tin, canh bao
        ngung, ngung lai, huy, tat, cham dut, thoi, dung lai, xin dung, huy bo | @, gui, nhan,
            dang ky
        xoa, bo, go, loai | so cua toi, so toi, so nay, so dien thoai, danh sach, ten toi
        dung, xin dung, dung co, khong duoc | gui, nhan tin, goi, lam phien, nhan | @, toi, nua, cho
        khong muon, khong can, khong muon nhan, khong thich | @, nhan, nua
    """,
    "ta": """
        @ = செய்தி*, மெசேஜ்*, எஸ்எம்எஸ், குறுஞ்செய்தி*, அறிவிப்பு*
        நிறுத்து*, நிறுத்தவும், நிறுத்துங்கள், ரத்து* | @, அனுப்புவதை
        வேண்டாம் | அனுப்ப*, @
        அனுப்பாதீர்கள், அனுப்பாதே
        நீக்க*, நீக்கு*, அழி* | எண்*, என்னை, பட்டியல*
    """,
    "tl": """
        @ = text*, mensahe*, msg*, sms, notification*, alert*, notif*
        itigil, tigilan, tigil, ihinto, hinto, tama na, patayin, ioff, i off, putulin, ayaw | @,
            pagtext, pagsend
        tanggalin, tanggal, alisin, burahin, paki alis, pakialis, itanggal | number, numero, ko,
            ako, listahan, list
        itigil, tigilan, ihinto | na to, nyo na, na ito, na ninyo
        huwag, wag | mag, magtext, text, itext, padala, magpadala, send, isend, ako
        ayaw ko, ayoko, ayaw kong, ayokong | @, na, makatanggap
    """,
    "sw": """
        @ = ujumbe, jumbe, sms, meseji, arifa, taarifa
        acha, acheni, simamisha, komesha, sitisha, zima, koma | @, kunitumia, kutuma, kuniandikia
        ondoa, futa, toa, niondoe, niondoeni, nitoe | namba*, nambari*, orodha, orodhani, mimi
        usinitumie, msinitumie, usitume, msitume
        sitaki, sihitaji, sipendi | @, tena, kupokea
    """,
}

# Scripts without spaces: parts of the whole text, anywhere in it.
UNSPACED = """
メッセージ, 通知, 配信, sms, メール, 送信, ショートメール, お知らせ, 購読, 登録 |
    オフにして, オフにし, 止めて, とめて, やめて, 解除して, 解除を, 要りません, いりません, 不要,
    要らない, いらない, 拒否, 切って, 消して, 停止して, 停止を, 結構です
送ってこないで, 送らないで, 送らなくて, 送るな, 送ってくるな, 送ってこなくて, 送信しないで,
    連絡しないで, 連絡してこないで
番号, リスト, 名簿, 登録 | 削除して, 削除を, 消して, 外して, 抹消
文字, 문자, 알림, 메시지, 메세지, 구독, 수신, 연락, 알람 |
    그만, 중지해, 중지 , 중단해, 꺼주, 꺼 주, 끄고, 꺼줘, 꺼 줘,
    해지, 취소해, 거부, 차단, 보내지마, 보내지말, 끊어
번호, 명단, 목록, 리스트 | 삭제해, 삭제 , 빼주, 빼줘, 지워, 제외
받고싶지않, 받기싫, 안받고싶, 안받을래, 원하지않
短信, 简讯, 簡訊, 消息, 信息, 訊息, 通知, 推送, 提醒, 订阅, 訂閱 |
    停止发, 停止發, 停掉, 别再, 別再, 别给, 別給, 别发, 別發, 別傳,
    不要再, 不想收, 不想再, 关闭, 關閉, 关掉, 關掉,
    取消, 退订, 退訂, 拒收, 拒绝, 屏蔽, 不需要
号码, 號碼, 手机号, 手機號, 电话, 電話, 名单, 名單 | 删掉, 刪掉, 删除, 刪除, 移除, 去掉, 除掉
不要再, 别再, 別再, 别给我, 別給我 | 发, 發, 傳, 联系, 聯絡, 打扰, 打擾
หยุด, เลิก, ยกเลิก, ปิด, ระงับ | ส่ง, ข้อความ, แจ้งเตือน, sms, สมาชิก, รับข่าว
อย่า, ไม่ต้อง, ห้าม | ส่งมา, ส่งข้อความ, ส่งsms, ส่งอีก, ส่งให้
ไม่อยาก, ไม่ต้องการ, ไม่ขอ, ไม่เอา, ไม่รับ | รับข้อความ, รับsms, ได้ข้อความ, รับแจ้ง, ข้อความ,
    รับอีก
ลบ, เอา, ถอน | เบอร์, หมายเลข, ชื่อ
"""
