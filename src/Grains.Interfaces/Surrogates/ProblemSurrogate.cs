namespace OrleansRegistry.Surrogates;

/// <summary>How a refusal crosses the cluster.</summary>
[GenerateSerializer]
[Alias("problem")]
public struct ProblemSurrogate
{
    /// <summary>The name of the kind: names outlive numbers.</summary>
    [Id(0)]
    public string Kind { get; set; }

    /// <summary>What, why, and what to do.</summary>
    [Id(1)]
    public string Message { get; set; }

    /// <summary>The name, reference or digest refused.</summary>
    [Id(2)]
    public string? Subject { get; set; }
}

/// <summary>Carries a <see cref="ProblemException"/>.</summary>
[RegisterConverter]
public sealed class ProblemConverter : IConverter<ProblemException, ProblemSurrogate>
{
    /// <inheritdoc/>
    public ProblemException ConvertFromSurrogate(in ProblemSurrogate surrogate) =>
        new(Enum.Parse<ProblemKind>(surrogate.Kind), surrogate.Message, surrogate.Subject);

    /// <inheritdoc/>
    public ProblemSurrogate ConvertToSurrogate(in ProblemException value) => new()
    {
        Kind = value.Problem.Kind.ToString(),
        Message = value.Problem.Message,
        Subject = value.Problem.Subject,
    };
}

/// <summary>Carries a <see cref="Problem"/> that is an answer.</summary>
[RegisterConverter]
public sealed class AnsweredProblemConverter : IConverter<Problem, ProblemSurrogate>
{
    /// <inheritdoc/>
    public Problem ConvertFromSurrogate(in ProblemSurrogate surrogate) =>
        new(Enum.Parse<ProblemKind>(surrogate.Kind), surrogate.Message, surrogate.Subject);

    /// <inheritdoc/>
    public ProblemSurrogate ConvertToSurrogate(in Problem value) => new()
    {
        Kind = value.Kind.ToString(),
        Message = value.Message,
        Subject = value.Subject,
    };
}
