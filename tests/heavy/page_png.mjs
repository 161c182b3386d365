// A smaller PNG: the 256 most frequent colours as a palette, every other pixel the nearest of them.
// Reads what Chromium writes: 8 bits a channel, RGB or RGBA, without interlace.
import assert from "node:assert/strict";
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

function* chunks(png) {
	for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
		yield { type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + png.readUInt32BE(at)) };
}

function paeth(a, b, c) {
	const [pa, pb, pc] = [b - c, a - c, a + b - 2 * c].map(Math.abs);
	return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

const filters = [() => 0, (a) => a, (a, b) => b, (a, b) => (a + b) >> 1, paeth];

/** Its pixels as numbers 0xRRGGBB. */
function pixelsOf(png) {
	const all = [...chunks(png)];
	const head = all[0].data;
	const [width, height, step] = [head.readUInt32BE(0), head.readUInt32BE(4), { 2: 3, 6: 4 }[head[9]]];
	assert.equal(head[8] === 8 && step !== undefined && head[12] === 0, true, "an unexpected kind of PNG");
	const raw = inflateSync(Buffer.concat(all.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
	const row = width * step;
	const out = Buffer.alloc(row * height);
	for (let y = 0, from = 0; y < height; y++) {
		const filter = filters[raw[from++]];
		for (let x = 0; x < row; x++) {
			const at = y * row + x;
			const left = x >= step ? out[at - step] : 0;
			const up = y ? out[at - row] : 0;
			out[at] = raw[from++] + filter(left, up, x >= step && y ? out[at - row - step] : 0);
		}
	}
	return { width, height, pixels: Array.from({ length: width * height }, (_, n) => out.readUIntBE(n * step, 3)) };
}

function distance(a, b) {
	const part = (shift) => ((a >> shift) & 255) - ((b >> shift) & 255);
	return part(16) ** 2 + part(8) ** 2 + part(0) ** 2;
}

function chunk(type, data) {
	const out = Buffer.concat([Buffer.alloc(4), Buffer.from(type, "latin1"), data, Buffer.alloc(4)]);
	out.writeUInt32BE(data.length, 0);
	out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4);
	return out;
}

export function pngSmall(png) {
	const { width, height, pixels } = pixelsOf(png);
	const counts = new Map();
	for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
	const colours = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b);
	const palette = colours.slice(0, 256);
	const nearest = (colour) => palette.reduce((best, one, n) => (distance(one, colour) < distance(palette[best], colour) ? n : best), 0);
	const index = new Map(colours.map((colour, n) => [colour, n < 256 ? n : nearest(colour)]));
	const raw = Buffer.alloc((width + 1) * height); // Each row begins with its filter: 0.
	pixels.forEach((pixel, n) => { raw[n + Math.floor(n / width) + 1] = index.get(pixel); });
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3], 8);
	const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
	return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("PLTE", table), chunk("IDAT", deflateSync(raw, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
