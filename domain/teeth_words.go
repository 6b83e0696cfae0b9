package domain

import "strings"

// toothWord is what a word says of a number beside it.
type toothWord uint16

const (
	wordTooth    toothWord = 1 << iota // "tooth 26"
	wordWork                           // restorations, parts and findings of teeth: "crown on 26"
	wordMaterial                       // may stand between the number and the work: "26 zirconia crown"
	wordPlace                          // may stand between the work and the number: "crown on 26"
	wordCount                          // behind a number says that it counts or measures: "14 days"
	wordSerial                         // before a number says that it is a number of something else: "order 26"
	wordMonth
	wordSchedule // an appointment or a delivery, so that "on 26" is a date
	wordFollow   // may follow the number of a tooth where a thing that is counted cannot
	wordAnd
	wordThrough // between the ends of a range
	wordArticle
	wordMissing // "missing 35, 36"
)

// toothVocabulary are the English and Spanish words, in lower case. Korean words carry particles
// and are found by their beginning.
var toothVocabulary = toothWords(map[toothWord]string{
	wordTooth: `tooth teeth molar molars premolar premolars bicuspid incisor incisors canine canines cuspid central lateral
		pieza piezas diente dientes muela muelas órgano premolares molares incisivo incisivos canino caninos`,
	wordWork: `crown crowns bridge bridges veneer veneers laminate laminates inlay inlays onlay onlays overlay overlays implant
		implants abutment abutments pontic pontics margin margins prep preps preparation die dies contact contacts cusp cusps
		distal mesial buccal lingual occlusal palatal facial incisal cervical gingival root canal endo abscess caries decay
		crack fracture fractured chip chipped gap diastema coping copings post posts core stump clasp clasps rest rests temp temps temporary
		provisional papilla embrasure emergence restoration restorations pfm screw filling extraction corner edge abrasion
		vitality undercut cantilever stain connector facet facets undercuts retainer retainers wing tissue socket site shade
		corona coronas puente puentes carilla carillas incrustación incrustaciones implante implantes pilar pilares póntico
		pónticos margen márgenes muñón muñones contacto contactos cúspide raíz conducto endodoncia absceso caries fractura
		fracturó gancho ganchos apoyo apoyos poste perno provisional provisionales vitalidad papila restauración encía borde
		extracción extrajo color incisal prótesis`,
	wordMaterial: `zirconia zirconium emax max e lithium disilicate pfm gold ceramic temporary temp provisional full contour implant
		screw retained cemented monolithic mod mo do porcelain metal final composite custom ti titanium`,
	wordPlace: `on at for of in to under over around between from near behind against en de del sobre para entre bajo desde`,
	wordCount: `mm cm um µm μm nm ncm n kg g mg ml gb mb kb mpa rpm degree degrees deg grados grado micron microns micrones micras micra
		percent pct day days hour hours hr hrs h min mins minute minutes sec second seconds week weeks month months year years
		yr yrs business working unit units pc pcs piece pieces piezas case cases time times x am pm a.m p.m oclock st nd rd th
		patient patients patiente copy copies photo photos pic pics picture pictures file files scan scans model models order
		orders remake remakes people person persons doctors minutes set sets box boxes usd krw eur gbp won dollar dollars euro
		euros bucks cents pesos dólares dolares wones día días dia dias hora horas minuto minutos semana semanas mes meses año
		años unidad unidades veces vez caso casos por pedido pedidos fotos foto archivos archivo modelos milímetros milimetros
		millimeters millimetres millimeter millimetre shades more other additional newton newtons paciente pacientes o dientes
		percentage k years-old tomorrow today tonight mañana hoy tarde noche`,
	wordSerial: `order orders case cases invoice ticket ref reference job room chair page version v ver line box step phase batch lot
		chart patient photo photos pic picture file item question po rx day week age aged suite apt extension ext issue option
		slide figure fig pan tray number no id code tracking account bill quote attempt try priority row column table street
		st avenue floor pedido pedidos caso casos factura orden sala página pagina día dia foto archivo guía guia referencia
		presupuesto ticket cita edad opción paso lote número numero folio expediente paciente iso-certified
		pm am level grade class type size torque speed model phone tel`,
	wordMonth: `january february march april may june july august september october november december jan feb mar apr jun jul aug
		sep sept oct nov dec enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
		ene abr ago dic`,
	wordSchedule: `due deliver delivers delivered delivery appointment appt ship ships shipped shipping arrive arrives arrived
		booked scheduled schedule visit visits comes coming come see call called date deadline until by before after since
		cita entrega entregar entregan envío enviar enviaron envían fecha llegar llega llegó viene programada agendada`,
	wordFollow: `is was are were and or but has had have needs need looks look shows feels seems fits with without to from for in on
		at because so that which since the a an please as too also should will can could came comes broke fractured chipped
		cracked instead only again if when not did does due both before after until y o e ni es está esta están fue son con sin
		por para porque pero en que del de la el los las se no necesita tiene quedó quedo salió dio favor thanks thank gracias
		gone looks still must might reads sits first buccal lingual mesial distal we i he she they it you my our your his her`,
	wordAnd:     `and or y e o u`,
	wordThrough: `to through thru al a hasta`,
	wordArticle: `the el la los las`,
	wordMissing: `missing absent ausente ausentes faltan falta`,
})

func toothWords(lists map[toothWord]string) map[string]toothWord {
	words := map[string]toothWord{}
	for class, list := range lists {
		for word := range strings.FieldsSeq(list) {
			words[word] |= class
		}
	}
	return words
}

// Korean words. Those behind a number are attached to it as a rule.
var (
	koreanTooth = strings.Fields("치아 치식 유치 영구치 대구치 소구치 견치 절치 전치")
	koreanWork  = strings.Fields(`크라운 브릿지 브리지 임플란트 라미네이트 비니어 베니어 인레이 온레이 오버레이 어버트먼트 어벗 지대주 지대치
		폰틱 포스트 코어 마진 치아 치경부 원심 근심 협측 설측 구개측 교합면 절단 컨택 콘택 접촉점 프렙 근관 신경치료 발치 파절 크랙 충치
		우식 결손 템포 클라스프 클래스프 레스트 치은 왁스업 스캔바디 대구치 소구치 전치 견치 절치 치근 픽스처 스크류`)
	koreanMaterial = strings.Fields("지르코니아 이맥스 골드 메탈 세라믹 임시 최종 커스텀 티타늄 싱글")
	koreanCount    = strings.Fields(`영업일 개월 시간 유닛 케이스 달러 유로 페소 퍼센트 프로 밀리 마이크론 뉴턴 그램 킬로 인치 페이지 세트 박스
		군데 가지 월 일 시 분 초 년 주 개 본 건 명 장 회 차 호 원 세 살 도 대 층 쪽 배 만 천 백 점 종 매 팀 째 박 통`)
	// koreanSerial stands as it is before the number of something else, koreanNumbered with particles too.
	koreanSerial = strings.Fields(`주문 오더 케이스 의뢰 송장 견적 차트 환자 티켓 접수 진료실 체어 방 오전 오후 새벽 약 총 전체 파일 사진
		페이지 질문 항목 버전 나이 만 계좌 전화 로트 제품`)
	koreanNumbered = strings.Fields("번호 주문번호 주문서 의뢰번호 의뢰서 송장번호 케이스번호 청구서 차트번호 환자번호 접수번호 제품번호 전화번호 오더번호")
	koreanPosition = strings.Fields("좌측 우측 상악 하악 왼쪽 오른쪽")
	// koreanOften is attached to 번 where "26번" says how often or names a house.
	koreanOften = strings.Fields("이나 째 씩 만에 호 지 가 이상 정도")
	// koreanOthers stand behind "26번" where it is the number of something else, or how often it was done.
	koreanOthers = strings.Fields(`넘게 이상 정도 만에 연달아 전화 연락 문의 시도 반복 주문 오더 케이스 의뢰 환자 차트 체어 방 출구
		버스 질문 항목 페이지 송장 티켓 접수 게이트 창구 박스 상자 건 확인했 보냈 말씀`)
)

func startsWithAny(word string, beginnings []string) bool {
	for _, beginning := range beginnings {
		if strings.HasPrefix(word, beginning) {
			return true
		}
	}
	return false
}

func containsAny(word string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(word, part) {
			return true
		}
	}
	return false
}
