framework-back = ‹ Назад
framework-older = Раньше ›
framework-discard = 🗑 Удалить
framework-setting-flood_per_minute = Предел для одного человека
framework-setting-flood_per_minute-about = Сколько один человек может делать в среднем: сообщения, /start и кнопки считаются отдельно. Лишнее отбрасывается. Администраторов это не касается.
framework-setting-switch =
    { $value ->
        [on] да
       *[off] нет
    }
framework-setting-no-limit = без предела
framework-setting-per-minute = { $value } в минуту
framework-refresh = 🔄 Обновить
framework-too-much = Столько сразу мне не успеть. То, что вы пришлёте сейчас, я пропущу: подождите немного и продолжайте.
framework-too-much-toast = Слишком быстро. Подождите немного.
framework-somebody-unknown = кто-то неизвестный
framework-prompt-text-wanted = Для этого нужен текст. Пришлите его или /cancel.
framework-prompt-too-long =
    { $most ->
        [one] Слишком длинно: можно не больше { $most } знака. Пришлите покороче или /cancel.
        [few] Слишком длинно: можно не больше { $most } знаков. Пришлите покороче или /cancel.
       *[many] Слишком длинно: можно не больше { $most } знаков. Пришлите покороче или /cancel.
    }
framework-form-yes = ✅ Да
framework-form-skip = Пропустить
framework-form-over = 🔄 Начать заново
framework-form-cancel = ✖️ Отмена
framework-form-cancelled = Отменено. Ничего не сохранено.
framework-form-timed-out = Вы долго не отвечали, и я перестал ждать. Ничего не сохранено.
framework-form-private = Давайте сделаем это в личном чате. Напишите мне туда.
framework-form-buttons-wanted = Нажмите, пожалуйста, одну из кнопок ниже.
framework-form-too-short =
    { $least ->
        [one] Слишком коротко. Пришлите хотя бы { $least } знак или /cancel.
        [few] Слишком коротко. Пришлите хотя бы { $least } знака или /cancel.
       *[many] Слишком коротко. Пришлите хотя бы { $least } знаков или /cancel.
    }
framework-form-number-wanted = Пришлите целое число от { $least } до { $most } или /cancel.
framework-form-choice-wanted = Нажмите одну из кнопок выше или пришлите /cancel.
framework-form-photo-wanted = Пришлите фотографию, именно как фото, а не файлом. Или пришлите /cancel.
framework-chosen = ✅ { $name }
framework-language-name = Русский
framework-time-there = { $time } ({ $zone })
framework-zone-name =
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
framework-unknown-message = Этого я пока не понимаю. Что я умею, расскажет /help.
framework-button-gone = Эта кнопка из прежнего меню. Нынешнее открывает /start.
