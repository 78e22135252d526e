import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { fetchUrl } from "../../stages/download/index.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { sendFile, serve, sha256 } from "./file-server.ts";

const BYTES = randomBytes(300_000);
const SHA = sha256(BYTES);
const pace = { connectMs: 1000, silentMs: 300, waitsMs: [1, 1, 1], lookMs: 5 };

async function place(): Promise<string> {
  return join(await tempFolder(), "cache", "file");
}

/** Fetches to a new place, or a given one, and notes what is said. */
async function fetching(url: string, more: Partial<Parameters<typeof fetchUrl>[0]> = {}) {
  const path = more.path ?? (await place());
  const said: string[] = [];
  let read = 0;
  const options = {
    url,
    sha256: SHA,
    path,
    pace,
    onRead: (bytes: number) => {
      read += bytes;
    },
    log: (_level: string, message: string) => void said.push(message),
    ...more,
  };
  const done = fetchUrl(options);
  return { done, path, said, read: () => read };
}

async function contents(path: string): Promise<readonly string[]> {
  return (await readdir(dirname(path)).catch(() => [])).sort();
}

test("a file is fetched once and used again without a network", async () => {
  const server = await serve((request, response) => sendFile(request, response, BYTES));
  const { done, path, read } = await fetching(`${server.origin}/a.txt`, { bytes: BYTES.length });
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(read()).toBe(BYTES.length);
  expect(await contents(path)).toEqual(["file"]);
  expect(server.seen[0]?.headers["accept-encoding"]).toBe("identity");
  await server.close();
  await (await fetching(`${server.origin}/a.txt`, { path })).done;
  expect(server.seen).toHaveLength(1);
});

test("a file in the cache that is damaged is fetched again, and never used", async () => {
  const server = await serve((request, response) => sendFile(request, response, BYTES));
  const path = await place();
  await mkdir(dirname(path));
  await writeFile(path, "damaged");
  const { done, said } = await fetching(server.origin, { path });
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(said.join()).toContain("damaged");
});

test.each([
  ["an ETag", { etag: '"one"' }],
  ["a date", { lastModified: "Tue, 24 Nov 2026 10:00:00 GMT" }],
  ["a weak ETag and a date", { etag: 'W/"one"', lastModified: "Tue, 24 Nov 2026 10:00:00 GMT" }],
  ["nothing to tell contents apart by", {}],
])("a download that is cut goes on where it stopped, by a server with %s", async (_by, file) => {
  const server = await serve((request, response, n) =>
    sendFile(request, response, BYTES, n === 0 ? { ...file, cutAfter: 100_000, cutMs: 250 } : file),
  );
  const { done, path, read, said } = await fetching(server.origin);
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(read()).toBe(BYTES.length);
  expect(said.join()).toContain("trying again");
  const [, second] = server.seen;
  const range = Number(/^bytes=(\d+)-$/.exec(second?.headers.range ?? "")?.[1]);
  // As much of it as had arrived when the connection broke.
  expect(range).toBeGreaterThan(0);
  expect(range).toBeLessThanOrEqual(100_000);
  const strong = "etag" in file && file.etag.startsWith('"') ? file.etag : undefined;
  expect(second?.headers["if-range"]).toBe(
    strong ?? ("lastModified" in file ? file.lastModified : undefined),
  );
});

test("a later process goes on where an earlier one was ended", async () => {
  const stop = new AbortController();
  const server = await serve((request, response, n) => {
    if (n > 0) sendFile(request, response, BYTES, { etag: '"one"' });
    else {
      response.writeHead(200, { etag: '"one"', "content-length": BYTES.length });
      response.write(BYTES.subarray(0, 123_456));
    }
  });
  const first = await fetching(server.origin, {
    signal: stop.signal,
    onRead: () => setTimeout(() => stop.abort(), 50),
  });
  await expect(first.done).rejects.toThrow(/abort/);
  expect(await contents(first.path)).toEqual(["file.part", "file.part.json"]);
  const second = await fetching(server.origin, { path: first.path });
  await second.done;
  expect(server.seen.at(-1)?.headers).toMatchObject({
    range: "bytes=123456-",
    "if-range": '"one"',
  });
  expect(second.read()).toBe(BYTES.length);
  expect(sha256(await readFile(first.path))).toBe(SHA);
  expect(await contents(first.path)).toEqual(["file"]);
});

test("content that changed between two attempts is fetched from its beginning", async () => {
  const old = randomBytes(200_000);
  const server = await serve((request, response, n) =>
    n === 0
      ? sendFile(request, response, old, { etag: '"old"', cutAfter: 50_000 })
      : sendFile(request, response, BYTES, { etag: '"new"' }),
  );
  const { done, path, read } = await fetching(server.origin);
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(read()).toBe(BYTES.length);
  expect(server.seen).toHaveLength(2);
});

test("and so it is where the server gives a range of it all the same", async () => {
  const old = randomBytes(200_000);
  const server = await serve((request, response, n) =>
    n === 0
      ? sendFile(request, response, old, { cutAfter: 50_000, cutMs: 250 })
      : sendFile(request, response, BYTES),
  );
  const { done, path, read } = await fetching(server.origin);
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(read()).toBe(BYTES.length);
  expect(server.seen).toHaveLength(3);
  expect(server.seen[2]?.headers.range).toBeUndefined();
});

test("a server without ranges is asked for all of it again", async () => {
  const server = await serve((request, response, n) =>
    sendFile(request, response, BYTES, { ranges: false, ...(n === 0 && { cutAfter: 50_000 }) }),
  );
  const { done, path, read } = await fetching(server.origin);
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(read()).toBe(BYTES.length);
});

test("a range that is not the one asked for is not appended", async () => {
  const server = await serve((request, response, n) => {
    if (n === 0) sendFile(request, response, BYTES, { cutAfter: 50_000 });
    else if (n === 1)
      response
        .writeHead(206, { "content-range": `bytes 10-${BYTES.length - 1}/${BYTES.length}` })
        .end(BYTES.subarray(10));
    else sendFile(request, response, BYTES);
  });
  const { done, path, read } = await fetching(server.origin);
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(read()).toBe(BYTES.length);
});

test("what is whole but was not named yet is recognised: by its declared size, or by status 416", async () => {
  const server = await serve((request, response) => sendFile(request, response, BYTES));
  for (const bytes of [BYTES.length, undefined]) {
    const path = await place();
    await mkdir(dirname(path));
    await writeFile(`${path}.part`, BYTES);
    await (await fetching(server.origin, { path, ...(bytes !== undefined && { bytes }) })).done;
    expect(sha256(await readFile(path))).toBe(SHA);
  }
  expect(server.seen.map(({ headers }) => headers.range)).toEqual([`bytes=${BYTES.length}-`]);
});

test("a part that is longer than the file is thrown away (status 416)", async () => {
  const server = await serve((request, response) => sendFile(request, response, BYTES));
  const path = await place();
  await mkdir(dirname(path));
  await writeFile(`${path}.part`, Buffer.concat([BYTES, BYTES]));
  const { done, read } = await fetching(server.origin, { path });
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(read()).toBe(BYTES.length);
});

test("content other than declared is an error that says both sums, and lies nowhere", async () => {
  const other = randomBytes(1000);
  const server = await serve((request, response) => sendFile(request, response, other));
  const { done, path } = await fetching(`${server.origin}/a.txt?token=secret`);
  await expect(done).rejects.toMatchObject({
    message: "the file at this address is not the declared one",
    details: {
      where: `${server.origin}/a.txt?…`,
      expected: `sha256 ${SHA}`,
      got: `sha256 ${sha256(other)} (1000 bytes)`,
      hint: expect.stringContaining("declare its sha256"),
    },
  });
  expect(server.seen).toHaveLength(1);
  expect(await contents(path)).not.toContain("file");
  for (const name of await contents(path))
    expect((await readFile(join(dirname(path), name))).length).toBeLessThan(20);
});

test.each([
  ["shorter, as the server says", BYTES.subarray(1), {}, `${BYTES.length - 1} bytes`],
  ["longer, as the server does not say", Buffer.concat([BYTES, BYTES]), { length: false }, "more"],
])(
  "a file that is %s is not read to its end",
  async (_what, body, { length = true }: { length?: boolean }, got) => {
    const server = await serve((request, response) => {
      if (length) sendFile(request, response, body);
      else response.writeHead(200).end(body);
    });
    const { done } = await fetching(server.origin, { bytes: BYTES.length });
    await expect(done).rejects.toMatchObject({
      message: "the file at this address is not of the declared size",
      details: { expected: `${BYTES.length} bytes`, got },
    });
  },
);

test("a declared size that the declared sha256 belies is told, and the cached file is kept", async () => {
  const path = await place();
  await mkdir(dirname(path));
  await writeFile(path, BYTES);
  const { done } = await fetching("http://localhost/", { path, bytes: 5 });
  await expect(done).rejects.toMatchObject({ details: { hint: "correct the declared size" } });
  expect(await contents(path)).toEqual(["file"]);
});

test("the sha256 is of what the server sends, whatever its Content-Encoding says", async () => {
  const packed = gzipSync(BYTES);
  const server = await serve((request, response) =>
    sendFile(request, response, packed, { headers: { "content-encoding": "gzip" } }),
  );
  const { done, path } = await fetching(server.origin, { sha256: sha256(packed) });
  await done;
  expect(sha256(await readFile(path))).toBe(sha256(packed));
  const plain = await fetching(server.origin);
  await expect(plain.done).rejects.toMatchObject({
    details: {
      got: expect.stringMatching(/sent compressed\)$/),
      hint: expect.stringContaining("compresses"),
    },
  });
});

test("a redirect is followed, with the password only to the server that it is for", async () => {
  const mirror = await serve((request, response) => sendFile(request, response, BYTES));
  const server = await serve((_request, response, n) => {
    if (n === 0) response.writeHead(302, { location: "/moved" }).end("moved");
    else response.writeHead(307, { location: `${mirror.origin}/b` }).end();
  });
  const url = server.origin.replace("http://", "http://me:p%40ss@");
  const { done, path } = await fetching(`${url}/a`);
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  const basic = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
  expect(mirror.seen[0]?.headers.authorization).toBeUndefined();
});

test("a redirect that goes round is given up", async () => {
  const server = await serve((_request, response) =>
    response.writeHead(302, { location: "/a" }).end(),
  );
  const { done } = await fetching(`${server.origin}/a`);
  await expect(done).rejects.toMatchObject({ details: { expected: "at most 10 redirects" } });
  expect(server.seen).toHaveLength(11);
});

test.each([
  ["file:///etc/passwd", "file:…"],
  ["data:text/plain,secret", "data:…"],
  ["ftp://host/a", "ftp:…"],
  ["not an address", "no URL"],
])("nothing but http is fetched, nor redirected to: %s", async (target, got) => {
  const details = { expected: "a URL that begins with http:// or https://", got };
  await expect((await fetching(target)).done).rejects.toMatchObject({ details });
  if (got === "no URL") return;
  const server = await serve((_request, response) =>
    response.writeHead(302, { location: target }).end(),
  );
  const { done, path } = await fetching(server.origin);
  await expect(done).rejects.toMatchObject({ details });
  expect(await contents(path)).not.toContain("file");
});

test.each([
  [404, "there is no file at this address"],
  [410, "there is no file at this address"],
  [401, "the server refuses to give this file"],
  [403, "the server refuses to give this file"],
  [418, "the server did not give the file"],
])("status %i is not tried again", async (status, message) => {
  const server = await serve((_request, response) => response.writeHead(status).end("no"));
  const { done } = await fetching(server.origin);
  await expect(done).rejects.toMatchObject({ message, details: { got: `status ${status}` } });
  expect(server.seen).toHaveLength(1);
});

test("a server in trouble is asked again, a few times", async () => {
  const better = await serve((request, response, n) => {
    if (n < 3) response.writeHead(503, { "retry-after": "0" }).end("busy");
    else sendFile(request, response, BYTES);
  });
  await (await fetching(better.origin)).done;
  expect(better.seen).toHaveLength(4);
  const down = await serve((_request, response) => response.writeHead(500).end());
  const { done } = await fetching(down.origin);
  await expect(done).rejects.toMatchObject({ details: { got: "status 500" } });
  expect(down.seen).toHaveLength(4);
});

test("a server that falls silent is given up, before and in its answer", async () => {
  const before = await serve(() => {});
  const once = { pace: { ...pace, waitsMs: [] } };
  await expect((await fetching(before.origin, once)).done).rejects.toMatchObject({
    message: `${new URL(before.origin).host} does not answer`,
    details: { got: "UND_ERR_HEADERS_TIMEOUT" },
  });
  const within = await serve((_request, response, n) => {
    response.writeHead(200, { "content-length": BYTES.length });
    response.write(BYTES.subarray(0, 1000 * (n + 1)));
  });
  const { done, path } = await fetching(within.origin, { pace: { ...pace, waitsMs: [1] } });
  await expect(done).rejects.toMatchObject({ details: { got: "UND_ERR_BODY_TIMEOUT" } });
  expect(within.seen).toHaveLength(2);
  expect(await contents(path)).toEqual(["file.part", "file.part.json"]);
});

test("a slow download that goes on is not a failed one", async () => {
  const server = await serve((request, response) => {
    response.writeHead(200, { "content-length": 5000 });
    let sent = 0;
    const timer = setInterval(() => {
      response.write(BYTES.subarray(sent, sent + 500));
      sent += 500;
      if (sent === 5000) clearInterval(timer);
    }, 60);
    request.on("close", () => clearInterval(timer));
  });
  const few = BYTES.subarray(0, 5000);
  await (await fetching(server.origin, { sha256: sha256(few) })).done;
  expect(server.seen).toHaveLength(1);
});

test("many cuts are not too many where each attempt brings a megabyte", async () => {
  const large = randomBytes(8 * 2 ** 20);
  const server = await serve((request, response) =>
    sendFile(request, response, large, { etag: '"large"', cutAfter: 2 ** 20 + 2 ** 18 }),
  );
  const { done, path } = await fetching(server.origin, { sha256: sha256(large) });
  await done;
  expect(server.seen.length).toBeGreaterThan(pace.waitsMs.length + 1);
  expect(sha256(await readFile(path))).toBe(sha256(large));
});

test("no server, no name, no certificate: each says what to do, without a password", async () => {
  const gone = await serve(() => {});
  await gone.close();
  const { port } = new URL(gone.origin);
  const refused = await fetching(`http://me:secret@127.0.0.1:${port}/a?key=secret`);
  const error = await refused.done.catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    message: `127.0.0.1:${port} cannot be reached`,
    details: { got: "ECONNREFUSED", hint: expect.stringContaining(refused.path) },
  });
  expect(JSON.stringify([error, refused.said])).not.toContain("secret");
  const plain = await serve((_request, response) => response.end());
  const tls = await fetching(plain.origin.replace("http:", "https:"));
  await expect(tls.done).rejects.toMatchObject({ message: /cannot prove who it is/ });
});

test("the proxy that the environment names is used", async () => {
  const server = await serve((request, response) => sendFile(request, response, BYTES));
  const tunnels: string[] = [];
  const proxy = createServer().on("connect", (request, socket) => {
    tunnels.push(request.url!);
    const { port } = new URL(server.origin);
    const through = connect(Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on("error", () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  vi.stubEnv("http_proxy", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { done, path } = await fetching("http://elsewhere.invalid/a");
  await done;
  expect(sha256(await readFile(path))).toBe(SHA);
  expect(tunnels).toEqual(["elsewhere.invalid:80"]);
});

test("two at once download once, and both have it", async () => {
  const server = await serve((request, response) =>
    setTimeout(() => sendFile(request, response, BYTES), 50),
  );
  const path = await place();
  const both = [await fetching(server.origin, { path }), await fetching(server.origin, { path })];
  await Promise.all(both.map(({ done }) => done));
  expect(server.seen).toHaveLength(1);
  expect(both.flatMap(({ said }) => said).join()).toContain("another process is downloading");
  expect(sha256(await readFile(path))).toBe(SHA);
});

test("one who waits for another can stop waiting", async () => {
  const server = await serve(() => {});
  const path = await place();
  const stop = new AbortController();
  const first = await fetching(server.origin, { path, signal: stop.signal });
  const second = await fetching(server.origin, { path, signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  const ends = await Promise.allSettled([first.done, second.done]);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

test("a cache that cannot be written is an error that names the remedy", async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, "a-file"), "");
  const { done } = await fetching("http://localhost/", { path: join(folder, "a-file", "file") });
  await expect(done).rejects.toMatchObject({
    details: { hint: expect.stringContaining("PIPELINE_CACHE") },
  });
});

test("wherever a connection is cut, however often, the file comes whole", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(60_000), { maxLength: 3 }),
      fc.constantFrom({}, { etag: '"a"' }, { ranges: false }),
      fc.boolean(),
      async (cuts, file, declared) => {
        const bytes = BYTES.subarray(0, 50_000);
        const server = await serve((request, response, n) =>
          sendFile(request, response, bytes, {
            ...file,
            ...(cuts[n] !== undefined && { cutAfter: cuts[n] }),
          }),
        );
        const { done, path, read } = await fetching(server.origin, {
          sha256: sha256(bytes),
          ...(declared && { bytes: bytes.length }),
        });
        await done;
        expect(sha256(await readFile(path))).toBe(sha256(bytes));
        expect(read()).toBe(bytes.length);
      },
    ),
    { numRuns: 30 },
  );
});
