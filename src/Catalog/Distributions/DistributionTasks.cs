namespace OrleansRegistry.Distributions;

/// <summary>The task that creates a distribution. Its id is given beforehand, so that it is created once.</summary>
public sealed record DistributionCreation(Guid Id, DistributionSettings Settings)
{
    public const string Kind = "distribution.create";
}

/// <summary>The task that changes a distribution's settings: those that differ before and after.</summary>
public sealed record DistributionUpdate(Guid Id, DistributionSettings Before, DistributionSettings After)
{
    public const string Kind = "distribution.update";
}

/// <summary>The task that deletes a distribution, and the repository whose only one it was.</summary>
public sealed record DistributionDeletion(Guid Id)
{
    public const string Kind = "distribution.delete";
}
