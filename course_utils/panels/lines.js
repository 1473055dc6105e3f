// Draws what moves in a panel in the page itself, which a browser does sooner than it loads a picture, even one of
// lines. In a shadow tree: there the browser need not match JupyterLab's many style sheets.
// Called with an element inside of the panel; where scripts are blocked, the picture shows the same.
(mark => {
    const LINES = 'data:image/svg+xml,';
    const picture = mark.closest('.course-panel')?.querySelector('.widget-image ~ .widget-image');
    if (!picture) return;
    const place = document.createElement('div');
    place.className = 'course-lines';
    picture.before(place);
    const drawn = place.attachShadow({mode: 'open'});
    const look = new CSSStyleSheet();
    look.replaceSync('svg { display: block; width: 100%; height: 100%; }');
    drawn.adoptedStyleSheets = [look];
    const {get, set} = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src');
    let shown;
    const show = loaded => {
        place.hidden = loaded;
        picture.style.visibility = loaded ? '' : 'hidden';
    };
    show(true);
    Object.defineProperty(picture, 'src', {get, set(address) {
        shown = address;
        // A picture among the lines would be read anew each time, and be missing until then.
        if (!address.startsWith(LINES) || address.includes('<image')) return set.call(picture, address);
        drawn.innerHTML = address.slice(LINES.length).replaceAll('%23', '#');
        show(false);
    }});
    picture.addEventListener('load', () => {
        if (picture.getAttribute('src') !== shown) return;  // lines have come meanwhile
        show(true);
    });
})
