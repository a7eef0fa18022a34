namespace OrleansRegistry.Tasks;

/// <summary>What resources are called in records of tasks: PRNs to reserve them by, hrefs for clients to follow.</summary>
public static class ResourceNames
{
    public static string RepositoryPrn(Guid repository) => $"prn:container.containerrepository:{repository}";

    public static string VersionPrn(Guid version) => $"prn:core.repositoryversion:{version}";

    public static string VersionHref(Guid repository, int number) =>
        $"/pulp/api/v3/repositories/container/container/{repository}/versions/{number}/";

    public static string TagPrn(Guid tag) => $"prn:container.tag:{tag}";

    public static string TagHref(Guid tag) => $"/pulp/api/v3/content/container/tags/{tag}/";
}
