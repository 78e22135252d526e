import { table } from "../../engine/index.ts";

/** One row a document: what it is compared by. */
export const signatures = table({
  document_key: "utf8",
  source: "utf8",
  /** Hash of the document's words in order, in lower case, without white space and punctuation. */
  content_hash: "int64",
  /** Shingles, repeated ones counted each time. */
  shingles: "int32",
  /** A sketch of the set of shingles: two bytes a hash; two documents agree in about the share that is their Jaccard similarity. */
  signature: "list<uint8>",
});

/** One row a document that is left out; empty where none is. Clusters stand together, the largest first. */
export const duplicates = table({
  document_key: "utf8",
  source: "utf8",
  /** The document that is kept in its place. */
  kept_key: "utf8",
  kept_source: "utf8",
  /** `exact`: the same words in the same order; `near`: much the same shingles. */
  kind: "utf8",
  /** Jaccard similarity of the two documents' sets of shingles, as estimated; 1 where exact. */
  similarity: "float32",
  /** Documents of the cluster: the kept one and those that are left out for it. */
  cluster_size: "int32",
});
