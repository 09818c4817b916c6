settings =
    <b>Настройки</b>

    О чём мне можно вам писать, на каком языке и который у вас час? Нажмите, чтобы изменить. То, что касается самого бота, придёт всегда.
settings-category =
    { $category ->
        [offers] Предложения
       *[news] Новости
    }
settings-on = ✅ { $category }: да
settings-off = ❌ { $category }: нет
settings-language = 🌐 Язык: { $language }
settings-zone = 🕰 Часовой пояс: { $zone }
settings-no-zone = не выбран (UTC)
settings-languages = На каком языке мне говорить?
settings-zones = Где вы? Число – насколько ваши часы сейчас впереди UTC.
settings-chosen = ✅ { $name }
settings-in-private = Настройки – дело личное: напишите мне /settings в личном чате.
language-name = Русский
language-as-telegram = Как в Telegram
region-name =
    { $region ->
        [europe] Европа
        [asia] Азия
        [americas] Америка
       *[others] Африка и Океания
    }
time-there = { $time } ({ $zone })
zone-with-offset = { $city } ({ $offset })
zone-name =
    { $zone ->
        [london] Лондон
        [berlin] Берлин
        [kyiv] Киев
        [kaliningrad] Калининград
        [minsk] Минск
        [moscow] Москва
        [istanbul] Стамбул
        [samara] Самара
        [tbilisi] Тбилиси
        [yekaterinburg] Екатеринбург
        [almaty] Алматы
        [kolkata] Калькутта
        [novosibirsk] Новосибирск
        [shanghai] Шанхай
        [tokyo] Токио
        [vladivostok] Владивосток
        [new-york] Нью-Йорк
        [chicago] Чикаго
        [denver] Денвер
        [los-angeles] Лос-Анджелес
        [sao-paulo] Сан-Паулу
        [lagos] Лагос
        [cairo] Каир
        [johannesburg] Йоханнесбург
        [sydney] Сидней
       *[auckland] Окленд
    }
button-settings = ⚙️ Настройки
command-settings = Язык, часовой пояс и о чём мне вам писать
