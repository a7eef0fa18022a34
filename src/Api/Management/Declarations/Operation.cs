using System.Text.Json.Nodes;
using OrleansRegistry.Access;

namespace OrleansRegistry.Management;

/// <summary>
/// One operation, declared: the route is mapped from it, the OpenAPI document is written from it, and the body is read
/// by it. So the three cannot differ.
/// </summary>
/// <param name="Id">The id that clients find it by.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">A path, or the name of an href in braces with what follows it.</param>
internal sealed record Operation(string Id, string Method, string Path)
{
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    public Body? Body { get; init; }

    /// <summary>The answers below 300, each with the schema of its body or null.</summary>
    public required IReadOnlyDictionary<int, JsonObject?> Answers { get; init; }

    /// <summary>The media type of their bodies.</summary>
    public string AnswerType { get; init; } = "application/json";

    /// <summary>Schemas that the answers refer to.</summary>
    public IReadOnlyDictionary<string, JsonObject> Components { get; init; } = new Dictionary<string, JsonObject>();

    /// <summary>True where no credentials are needed.</summary>
    public bool IsPublic { get; init; }

    /// <summary>The role that it takes, where credentials are needed.</summary>
    public Role Least { get; init; } = Method == "GET" ? Role.Reader : Role.Writer;

    public Requirement Requirement => IsPublic ? new Requirement.Nothing() : new Requirement.OfRole(Least);

    /// <summary>202 with the task to follow.</summary>
    public static Operation Async(string id, string method, string path, Body? body = null) => new(id, method, path)
    {
        Body = body,
        Answers = new Dictionary<int, JsonObject?> { [202] = Schema.Reference(TaskAnswer) },
        Components = TaskComponents,
    };

    public const string TaskAnswer = "AsyncOperationResponse";

    public static IReadOnlyDictionary<string, JsonObject> TaskComponents => new Dictionary<string, JsonObject>
    {
        [TaskAnswer] = new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["task"] = Schema.Text },
            ["required"] = new JsonArray("task"),
        },
    };

    /// <summary>202 with the group of tasks to follow.</summary>
    public static Operation AsyncGroup(string id, string method, string path, Body body) => new(id, method, path)
    {
        Body = body,
        Answers = new Dictionary<int, JsonObject?> { [202] = Schema.Reference(GroupAnswer) },
        Components = new Dictionary<string, JsonObject>
        {
            [GroupAnswer] = new()
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["task_group"] = Schema.Text },
                ["required"] = new JsonArray("task_group"),
            },
        },
    };

    private const string GroupAnswer = "TaskGroupOperationResponse";

    /// <summary>204.</summary>
    public static IReadOnlyDictionary<int, JsonObject?> Nothing { get; } =
        new Dictionary<int, JsonObject?> { [204] = null };

    /// <summary>An operation that answers one resource.</summary>
    public static Operation Answering<T>(
        string id, string method, string path, Shape<T> shape, int status = 200, Body? body = null) =>
        new(id, method, path)
        {
            Body = body,
            Answers = new Dictionary<int, JsonObject?> { [status] = Schema.Reference(shape.Component) },
            Components = new Dictionary<string, JsonObject> { [shape.Component] = shape.Schema },
        };

    /// <summary>An update: 200 with the resource where nothing changes, else 202 with a task.</summary>
    public static Operation Updating<T>(string id, string method, string path, Shape<T> shape, Body body) =>
        new(id, method, path)
        {
            Body = body,
            Answers = new Dictionary<int, JsonObject?>
            {
                [200] = Schema.Reference(shape.Component),
                [202] = Schema.Reference(TaskAnswer),
            },
            Components = new Dictionary<string, JsonObject>(TaskComponents) { [shape.Component] = shape.Schema },
        };
}

/// <summary>One parameter outside the path.</summary>
internal sealed record Parameter(string Name, JsonObject Schema)
{
    /// <summary><c>query</c> or <c>header</c>.</summary>
    public string In { get; init; } = "query";

    public bool IsRequired { get; init; }

    /// <summary>False where several values are joined by commas instead of repeated.</summary>
    public bool Explode { get; init; }

    public string Description { get; init; } = "";
}
