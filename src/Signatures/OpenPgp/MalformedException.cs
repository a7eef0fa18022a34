namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>
/// Bytes that break a rule of the format. The message is one sentence, fit to be shown to who sent them.
/// </summary>
/// <remarks>Never leaves the library: it becomes a refusal where bytes come in.</remarks>
internal sealed class MalformedException(string sentence) : Exception(sentence);
