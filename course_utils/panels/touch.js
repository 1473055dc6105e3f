// What a pointer and two keys do in a panel. Called with an element inside of it, and the places where its picture
// takes values, each {box: [left, top, right, bottom] in shares of the picture, x and y: {name, low, high, log}}.
((mark, areas) => {
    const panel = mark.closest('.course-panel'), picture = panel?.querySelector('.widget-image');
    if (!picture) return;
    for (const image of panel.querySelectorAll('.widget-image')) image.alt = '';  // the panel's hidden text says it

    const button = document.createElement('button');
    button.className = 'lm-Widget jupyter-widgets jupyter-button widget-button';
    button.title = 'fill the screen (f), and back (Esc)';
    button.textContent = 'fill the screen';
    const fill = () => document.fullscreenElement ? document.exitFullscreen() : panel.requestFullscreen();
    button.addEventListener('click', fill);
    mark.replaceWith(button);
    panel.addEventListener('keydown', event => {
        if (event.key === 'Escape' && document.fullscreenElement === panel) document.exitFullscreen();
        const typing = event.target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(event.target.tagName);
        if (event.key !== 'f' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        fill();
    });

    if (!areas.length) return;
    const hint = document.createElement('span');
    hint.textContent = 'drag on the picture';
    hint.className = 'widget-label';
    button.after(hint);
    const field = panel.querySelector('.course-touch input');
    let held = null, values = null, ratio = NaN;

    const share = event => {  // of the picture as it is seen, which may be narrower or lower than its place
        if (picture.naturalWidth) ratio = picture.naturalWidth / picture.naturalHeight;  // 0 while a frame is being read
        const place = picture.getBoundingClientRect();
        const width = Math.min(place.width, place.height * ratio), height = width / ratio;
        return [(event.clientX - place.left - (place.width - width) / 2) / width,
                (event.clientY - place.top - (place.height - height) / 2) / height];
    };
    const area = ([u, v]) => areas.find(({box: [left, top, right, bottom]}) =>
        left <= u && u <= right && top <= v && v <= bottom);
    const on = ({name, low, high, log}, part) => {
        part = Math.min(Math.max(part, 0), 1);
        return [name, log ? low * (high / low) ** part : low + part * (high - low)];
    };
    const send = () => {
        if (!values) return;
        field.value = JSON.stringify(values);
        values = null;
        for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true}));
    };
    const follow = event => {
        const [u, v] = share(event), {box: [left, top, right, bottom], x, y} = held;
        if (!values) requestAnimationFrame(send);  // once a frame, the last place of the pointer
        values = Object.fromEntries([[x, (u - left) / (right - left)], [y, (bottom - v) / (bottom - top)]]
            .filter(([axis]) => axis).map(([axis, part]) => on(axis, part)));
    };
    picture.draggable = false;
    picture.addEventListener('pointerdown', event => {
        held = event.button ? null : area(share(event));
        if (!held) return;
        event.preventDefault();
        picture.setPointerCapture(event.pointerId);
        follow(event);
    });
    picture.addEventListener('pointermove', event => {
        if (held) follow(event);
        else picture.classList.toggle('course-touched', Boolean(area(share(event))));
    });
    for (const type of ['pointerup', 'pointercancel']) picture.addEventListener(type, () => { held = null; });
})
