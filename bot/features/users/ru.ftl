users-panel-entry = 👥 Люди
users-panel =
    <b>Люди</b>

    { $all ->
        [one] Со мной знаком { $all } человек.
        [few] Со мной знакомы { $all } человека.
       *[many] Со мной знакомы { $all } человек.
    }
    Новых сегодня (UTC): { $today }
    Заблокировали меня: { $blocked }
    Забанено: { $banned }
users-button-search = 🔎 Поиск
users-button-newest = 🆕 Самые новые
users-button-first = « К первым
users-button-more = Ещё ›
users-searching =
    <b>Кого ищем?</b>

    Пришлите номер в Telegram, @username или часть имени. Одна или две буквы должны быть началом имени.
users-newest = <b>Самые новые люди</b>
users-found = <b>Найдено по запросу</b> <code>{ $query }</code>
users-none = По запросу <code>{ $query }</code> никого не нашлось.
users-card-name = <b>{ $name }</b>
users-card-id = Номер: <code>{ $id }</code>
users-card-username = Имя в Telegram: @{ $username }
users-card-role =
    Роль: { $role ->
        [owner] владелец
        [administrator] администратор
       *[user] пользователь
    }
users-card-active = Состояние: пользуется ботом
users-card-blocked = Состояние: бот заблокирован с { $at }
users-card-unreachable = Состояние: недоступен с { $at } ({ $reason })
users-card-never-private = Состояние: никогда не писал боту в личном чате
users-card-language = Язык: { $language }
users-card-source = Откуда: { $source }
users-card-joined = Знакомы с { $at }
users-card-seen = Последний раз: { $at }
users-card-messages = Сообщений: { $messages }
users-card-notes = Заметок: { $notes }
users-act-promote = ⬆️ Повысить
users-act-demote = ⬇️ Понизить
users-act-write = ✉️ Написать
users-act-export = 📄 Выгрузить
users-exported = Всё, что хранится о человеке: { $name }.
users-button-notes = 📝 Заметки ({ $notes })
users-button-note = ➕ Добавить заметку
users-asked-letter =
    <b>Письмо: { $name }</b>

    Пришлите текст, до { $most } знаков. Он придёт как сообщение от администраторов.
users-letter = <b>Сообщение от администраторов</b>
users-asked-note =
    <b>Заметка: { $name }</b>

    Пришлите текст, до { $most } знаков. Администраторы увидят его с вашим именем. Тот, о ком заметка, получит её без вашего имени, когда выгрузит всё, что о нём хранится.
users-notes = <b>Заметки: { $name }</b>, сначала новые
users-notes-none = Заметок пока нет: <b>{ $name }</b>.
users-notes-more =
    { $more ->
        [one] … и ещё { $more } прежняя
        [few] … и ещё { $more } прежние
       *[many] … и ещё { $more } прежних
    }
users-note = <b>{ $author }</b>, { $at }
users-sent = ✉️ Сообщение отправляется.
users-unreachable = ⚠️ Не отправлено: этот человек заблокировал бота, недоступен или никогда не писал ему в личном чате.
users-noted = 📝 Записано.
users-promoted = ⬆️ Теперь администратор.
users-demoted = ⬇️ Больше не администратор.
users-nobody = Такого человека больше нет.
users-not-allowed = На это у вас нет права.
users-changed = За это время всё изменилось: вот как оно теперь.
users-over = Этот вопрос уже закрыт. Начните, пожалуйста, заново.
