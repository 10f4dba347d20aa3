const countries = `ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn
	co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu
	id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms
	mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm
	sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw`;
const general = `com org net info biz name edu gov mil int arpa app dev online site website shop store top club live link click icu vip pro mobi asia cat jobs
	tel travel xxx porn sex adult sexy cam webcam chat social cloud space host hosting page blog news wiki work world today life zone email media video photo
	photos pics pictures images gallery world fun games download stream tube xyz`;
/** Of networks of their own, and those that stand for no domain at all. */
const special = 'onion i2p bit loki exit test example invalid localhost local internal lan home';

/** What a domain name ends with: those of countries, the general ones that are common (IANA's list has many more), and special ones. */
export const domainEndings: ReadonlySet<string> = new Set(`${countries} ${general} ${special}`.split(/\s+/));

/** With which the name of a police force, a hotline or a charity may end. */
export const bodyEndings: ReadonlySet<string> = new Set(`${countries} com org net info eu int gov edu ngo help`.split(/\s+/));
