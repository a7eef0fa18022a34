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
/// <param name="Id">The distribution.</param>
/// <param name="BasePath">Its name when it was to be deleted: whoever repeats the work cannot read it any more.</param>
/// <param name="Repository">What it served then.</param>
public sealed record DistributionDeletion(Guid Id, string BasePath, Guid? Repository)
{
    public const string Kind = "distribution.delete";
}
