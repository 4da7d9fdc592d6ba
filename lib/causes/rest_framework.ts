/**
 * What Django REST framework says of its views, serializers and routers.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** The rules of Django REST framework. */
export const restFramework = (): Rule[] => [
  {
    name: "drf-serializer",
    code: "app-code",
    when: [
      {
        type: "AttributeError",
        message:
          /^Got AttributeError when attempting to get a value for field [`'](\w+)[`'] on serializer [`'](\w+)[`'][\s\S]{0,300} on the [`'](\w+)[`'] instance/,
      },
      {
        type: "AssertionError",
        message:
          /^You must call `\.is_valid\(\)` before|^You cannot call `\.save\(\)` on a serializer with invalid|^When a serializer is passed a `data` keyword/,
      },
    ],
    claim: ({ groups: [field, serializer, kind = ""], text }) =>
      field
        ? {
          says:
            `The serializer ${serializer} asks a ${kind} for "${field}", which has none`,
          mend: /^(?:QuerySet|list|tuple|\w*Manager)$/.test(kind)
            ? `Write \`${serializer}(rows, many=True)\`: several rows are given`
            : `Write the name that ${kind} has, or say where the value comes from: \`source="…"\` in that field of the serializer`,
        }
        : {
          says: /invalid data/.test(text)
            ? "A serializer is to store what it did not take: the data that were sent are not valid"
            : "A serializer is asked for its data before they were looked at",
          mend:
            "Write `serializer.is_valid(raise_exception=True)` above that line, which answers 400 with what is wrong",
        },
    examples: [
      {
        raised:
          "AttributeError: Got AttributeError when attempting to get a value for field `name` on serializer `ItemSerializer`.\nThe serializer field might be named incorrectly and not match any attribute or key on the `QuerySet` instance.\nOriginal exception text was: 'QuerySet' object has no attribute 'name'.",
        in: "PACKAGES/rest_framework/fields.py get_attribute",
        failure: { problem: "request-raised" },
        mend: "many=True",
      },
      {
        raised:
          "AssertionError: You must call `.is_valid()` before calling `.save()`.",
        in: "PACKAGES/rest_framework/serializers.py save",
        failure: { problem: "request-raised" },
        mend: "raise_exception=True",
      },
    ],
  },
  {
    name: "drf-list-of-classes",
    code: "app-code",
    when: {
      type: "TypeError",
      message: /^'(\w+)' object is not iterable/,
      in:
        /\/rest_framework\/views\.py (?:<listcomp>|get_(?:permissions|authenticators|throttles|renderers|parsers))$/,
    },
    claim: ({ raised }) => {
      const asked =
        raised.frames.map((each) =>
          /^get_(permission|authenticator|throttle|renderer|parser)s$/
            .exec(each.function)?.[1]
        ).findLast((each) => each !== undefined) ?? "permission";
      const what = asked === "authenticator" ? "authentication" : asked;
      return {
        says:
          `\`${what}_classes\` of a view of REST framework, or the setting behind it (DEFAULT_${what.toUpperCase()}_CLASSES), is one class or a text, and a list is wanted`,
        mend:
          `Write \`${what}_classes = [IsAuthenticated]\` with your own class; in round brackets one alone needs a comma behind it`,
      };
    },
    examples: [{
      raised: "TypeError: 'BasePermissionMetaclass' object is not iterable",
      frames: ["PACKAGES/rest_framework/views.py get_permissions"],
      failure: { problem: "request-raised" },
      mend: "`permission_classes = [",
    }],
  },
  {
    name: "drf-actions",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^The `actions` argument must be provided when calling `\.as_view/,
    },
    claim: {
      says:
        "A set of views (ViewSet) is given to urls.py as one view, and does not say which of its methods answers what",
      mend:
        'Register it with a router: `router = DefaultRouter()`, `router.register("items", ItemViewSet)` and `path("", include(router.urls))`; or write `.as_view({"get": "list", "post": "create"})`',
    },
    examples: [{
      raised:
        "TypeError: The `actions` argument must be provided when calling `.as_view()` on a ViewSet. For example `.as_view({'get': 'list'})`",
      in: "PACKAGES/rest_framework/viewsets.py as_view",
      mend: "router.register",
    }],
  },
  {
    name: "drf-token-application",
    code: "django-settings",
    over: "name-undefined",
    when: {
      type: "AttributeError WrappedAttributeError",
      message:
        /^type object 'Token' has no attribute '(?:objects|DoesNotExist)'/,
    },
    claim: {
      says:
        "The login by tokens of REST framework is used, and its application is not in INSTALLED_APPS of Django's settings",
      mend:
        'Add "rest_framework.authtoken" to INSTALLED_APPS, and run `manage.py migrate`, which makes its table',
    },
    examples: [{
      raised:
        "rest_framework.request.WrappedAttributeError: type object 'Token' has no attribute 'DoesNotExist'",
      in: "PACKAGES/rest_framework/authentication.py authenticate_credentials",
      failure: { problem: "request-raised" },
      mend: "rest_framework.authtoken",
    }],
  },
  {
    name: "filter-fields",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^'Meta\.fields' must not contain non-model field names: ([\w, ]{1,200})/,
    },
    claim: {
      says: "A filter (django-filter) names fields that the model has not: $1",
      mend:
        "Correct them in `filterset_fields` of the view, or in `fields` of the `class Meta` of the filter; of another model by two underscores, as `author__name`; what is no field of the model gets a filter of its own in the class",
    },
    examples: [{
      raised:
        "TypeError: 'Meta.fields' must not contain non-model field names: nam",
      in: "PACKAGES/django_filters/filterset.py get_filters",
      failure: { problem: "request-raised" },
      says: "has not: nam",
    }],
  },
  {
    name: "drf-queryset",
    code: "app-code",
    when: [
      {
        type: "AssertionError",
        message: /^Cannot apply \w+ on a view that does not set `\.queryset`/,
      },
      {
        type: "AssertionError",
        message:
          /^'(\w+)' should either include a `(queryset|serializer_class)` attribute/,
      },
    ],
    claim: ({ groups: [view, what = "queryset"] }) => ({
      says: `A view of REST framework${
        view ? ` (${view})` : ""
      } has no \`${what}\``,
      mend: what === "queryset"
        ? "Write `queryset = Model.objects.all()` into the view, or `get_queryset()`; a view without a model takes other permissions: `permission_classes = [IsAuthenticated]`"
        : "Write `serializer_class = …` into the view, or `get_serializer_class()`",
    }),
    examples: [
      {
        raised:
          "AssertionError: Cannot apply DjangoModelPermissions on a view that does not set `.queryset` or have a `.get_queryset()` method.",
        in: "PACKAGES/rest_framework/permissions.py _queryset",
        failure: { problem: "request-raised" },
        mend: "`queryset =",
      },
      {
        raised:
          "AssertionError: 'ItemView' should either include a `serializer_class` attribute, or override the `get_serializer_class()` method.",
        failure: { problem: "request-raised" },
        mend: "`serializer_class =",
      },
    ],
  },
  {
    name: "drf-answer",
    code: "app-code",
    when: [
      {
        type: "AssertionError",
        message:
          /^Expected a `Response`, `HttpResponse` or [\s\S]*, but received a `<class '([\w.]+)'>`/,
      },
      {
        type: "AssertionError",
        message: /^\.accepted_renderer not set on Response/,
      },
    ],
    claim: ({ groups: [kind] }) =>
      kind === undefined
        ? {
          says:
            "A function that is no view of REST framework returns its `Response`",
          mend:
            'Write `@api_view(["GET"])` above the function; or return `JsonResponse(data)` of Django',
        }
        : {
          says: kind === "NoneType"
            ? "A view of REST framework ends without an answer: it returns None"
            : `A view of REST framework returns a ${kind} in place of an answer`,
          mend:
            "Let each way through it end with `return Response(data)`, also after an `if` and where the data are not valid",
        },
    examples: [
      {
        raised:
          "AssertionError: Expected a `Response`, `HttpResponse` or `StreamingHttpResponse` to be returned from the view, but received a `<class 'NoneType'>`",
        in: "PACKAGES/rest_framework/views.py finalize_response",
        failure: { problem: "request-raised" },
        says: "it returns None",
      },
      {
        raised: "AssertionError: .accepted_renderer not set on Response",
        in: "PACKAGES/rest_framework/response.py rendered_content",
        failure: { problem: "request-raised" },
        mend: "@api_view",
      },
    ],
  },
  {
    name: "drf-hyperlink",
    code: "app-code",
    when: [
      {
        type: "ImproperlyConfigured",
        message:
          /^Could not resolve URL for hyperlinked relationship using view name "([^"]+)"/,
      },
      {
        type: "AssertionError",
        message: /^`\w+` requires the request in the serializer context/,
      },
    ],
    claim: ({ groups: [name] }) =>
      name === undefined
        ? {
          says:
            "A serializer with links of REST framework is made without the request, of which the links are made",
          mend:
            'Write `Serializer(items, many=True, context={"request": request})`',
        }
        : {
          says:
            `A serializer with links of REST framework asks for the address "${name}", and there is none of that name, or it wants other arguments`,
          mend:
            `Register the viewset of that model with the router (\`basename="${
              name.replace(/-\w+$/, "").replace(/^.*:/, "")
            }"\`), or write \`name="${name}"\` at its path; with a namespace, \`view_name="app:${name}"\` in the field; \`lookup_field\` must be the same in both`,
        },
    examples: [{
      raised:
        'django.core.exceptions.ImproperlyConfigured: Could not resolve URL for hyperlinked relationship using view name "item-detail". You may have failed',
      in: "PACKAGES/rest_framework/relations.py to_representation",
      failure: { problem: "request-raised" },
      mend: 'basename="item"',
    }],
  },
  {
    name: "drf-basename",
    code: "app-code",
    when: {
      type: "AssertionError",
      message: /^`base_?name` argument not specified/,
    },
    claim: ({ own }, scene) => {
      const [, head, view] = /(\w+\.register\(\s*[^,]+,\s*([\w.]+))/.exec(
        lineOf(own, scene),
      ) ?? [];
      return {
        says: `A router of REST framework cannot name the addresses of ${
          view ? `\`${view}\`` : "a viewset"
        }, which has no \`queryset\` to take a name from`,
        mend: head
          ? `Write \`${head}, basename="…")\`, with a name of your own`
          : 'Give `basename="…"` to `register()`, or the viewset a `queryset`',
      };
    },
    examples: [{
      raised:
        "AssertionError: `basename` argument not specified, and could not automatically determine the name from the viewset, as it does not have a `.queryset` attribute.",
      in: "PACKAGES/rest_framework/routers.py get_default_basename",
      files: { "APP/app.py": '\n\nr.register("a", views.Items)\n' },
      says: "`views.Items`",
      mend: 'basename="…"',
    }],
  },
];
