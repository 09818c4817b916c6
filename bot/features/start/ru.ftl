start-cancelled = Хорошо, больше не спрашиваю.
start-nothing-to-cancel = Отменять нечего.
start-leaves-group = Я вхожу только в группы, куда меня добавляют мои администраторы, поэтому ухожу. Напишите мне в личном чате!
start-command-cancel = Закончить мой вопрос
start-button-settings = ⚙️ Настройки
start-welcome =
    { $named ->
        [no] Здравствуйте!
       *[yes] Здравствуйте, <b>{ $name }</b>!
    }

    Я – { $bot }. Нажмите кнопку или напишите команду: ничего из того, что вы пришлёте, не потеряется.
start-help =
    <b>Что я умею</b>

    /start – начать сначала
    /settings – язык, часовой пояс и о чём мне можно вам писать
    /help – этот список
    /privacy – что я о вас храню, как это получить и как удалить
    /cancel – закончить мой вопрос
    /id – ваш номер в Telegram
start-help-administrator =
    <b>Для администраторов</b>

    /admin – люди, баны, журнал и путь ко всему, что ниже
    /broadcast – написать всем
    /stats – статистика
    /deadletters – что пошло не так
    /maintenance – включить и выключить обслуживание
    /botsettings – настройки, которые меняются на ходу
start-id =
    Ваш номер в Telegram: <code>{ $id }</code>.

    Тот, кто запускает этого бота, вписывает его в <code>ADMIN_IDS</code>, чтобы стать владельцем.
start-unknown-command = Такой команды я не знаю. Известные мне перечислены в /help.
start-button-help = ❓ Помощь
start-button-id = 🪪 Мой номер
start-command-start = Начать сначала
start-command-help = Что я умею
start-command-id = Ваш номер в Telegram
