namespace OrleansRegistry.Bench.Load;

/// <summary>What a request was answered with.</summary>
/// <param name="Status">The status code.</param>
/// <param name="BodyBytes">Length of the body as received, whether kept or not.</param>
/// <param name="Location">As the server wrote it: absolute, or a path.</param>
/// <param name="Body">The body, when it was asked for or explains an error; otherwise empty.</param>
internal readonly record struct HttpAnswer(int Status, long BodyBytes, string? Location, byte[] Body);
